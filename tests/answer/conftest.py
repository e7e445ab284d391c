"""An adapter that nobody has to train."""

import pytest

from wellread.records.learning import Adapter
from wellread.records.people import Audience


@pytest.fixture
def adapter() -> Adapter:
    return Adapter(
        id="adp_1",
        state="promoted",
        method="lora",
        base="told",
        base_digest="0" * 64,
        dataset="bundled",
        audience=Audience.everyone(),
        path="reader.gguf",
        digest="1" * 64,
        refuse_above=0.5,
    )
