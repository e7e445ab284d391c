"""The reader that ships with Wellread is the one its card describes, and belongs to the default base."""

from wellread.models.bundled import BUNDLED, bundled_reader
from wellread.models.gguf_header import read_header
from wellread.models.weights import GENERATOR, known


def test_the_default_base_has_a_reader_for_everyone() -> None:
    reader = bundled_reader(known(GENERATOR).sha256)
    assert reader is not None
    assert reader.dataset == BUNDLED
    assert reader.audience.permits(frozenset(["everyone"]))
    assert 0 < reader.refuse_above < 1


def test_another_base_has_none() -> None:
    assert bundled_reader("0" * 64) is None


def test_it_is_a_small_lora_adapter() -> None:
    from pathlib import Path

    reader = bundled_reader(known(GENERATOR).sha256)
    assert reader is not None
    path = Path(reader.path)
    assert path.stat().st_size <= 12_000_000
    assert read_header(path).metadata["adapter.type"] == "lora"
