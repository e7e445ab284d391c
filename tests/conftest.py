"""Property tests say what holds, not how fast: a busy machine must not fail one."""

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("s3_server")  # some modules import from it before it is a plugin of theirs

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

pytest_plugins = ("empty_catalogue", "postgres_server", "signing")
