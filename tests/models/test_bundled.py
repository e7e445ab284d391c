"""The readers that ship with Wellread are those their cards describe, and stand in for the default base."""

from pathlib import Path

import pytest

from wellread.models import bundled
from wellread.models.bundled import BUNDLED, bundled_adapter, bundled_change, bundled_readers
from wellread.models.gguf_header import read_header
from wellread.models.safetensors_file import read_safetensors
from wellread.models.weights import GENERATOR, known
from wellread.records.learning import SPANS

BASE = known(GENERATOR).sha256


def test_the_default_base_has_readers_for_everyone() -> None:
    readers = bundled_readers(BASE)
    assert len({one.id for one in readers}) == len(readers) == 2
    for one in readers:
        assert one.dataset == BUNDLED
        assert one.audience.permits(frozenset(["everyone"]))
        assert 0 < one.refuse_above < 1


def test_the_span_reader_reads_by_default() -> None:
    reader = bundled_readers(BASE)[0]
    assert reader.method == SPANS
    with bundled_change() as change:
        assert Path(reader.path) == change
        assert read_safetensors(change)["head.weight"].shape == (2, 384)


def test_tuning_goes_on_from_the_lora_adapter() -> None:
    adapter = bundled_adapter(BASE)
    assert adapter is not None
    assert read_header(Path(adapter.path)).metadata["adapter.type"] == "lora"


def test_another_base_has_none() -> None:
    assert bundled_readers("0" * 64) == ()
    assert bundled_adapter("0" * 64) is None


def test_together_they_are_small() -> None:
    assert sum(Path(one.path).stat().st_size for one in bundled_readers(BASE)) <= 12_582_912


def test_a_file_that_is_not_its_cards_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "file_digest", lambda _: "f" * 64)
    with pytest.raises(bundled.WeightsError, match="reinstall Wellread"):
        bundled_readers(BASE)
