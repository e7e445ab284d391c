"""Property tests say what holds, not how fast: a busy machine must not fail one."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

pytest_plugins = ("empty_catalogue", "postgres_server", "signing")
