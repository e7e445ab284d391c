"""The readers that ship with Wellread, each taught to read one passage at a time.

    spans/     what training changed in all-MiniLM-L6-v2, so that it points at an answer: it reads by default
    reader/    a LoRA adapter of the default base, which copies an answer: tuning goes on from it

They were trained on no organisation's documents, so everyone may use them. A card beside each says how it was made.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from wellread.errors import WeightsError
from wellread.models.weights import file_digest
from wellread.records.learning import SPANS, Adapter
from wellread.records.people import Audience

BUNDLED = "bundled"
"""Stands for its dataset in the registry."""


def bundled_readers(base_digest: str) -> tuple[Adapter, ...]:
    """Those that may read in place of the generator of this digest, the one that does by default first; none where it
    is not the default base.

    Raises WeightsError when a file is not the one its card describes.
    """
    adapter = bundled_adapter(base_digest)
    return (_reader("spans", "change.safetensors", SPANS), adapter) if adapter else ()


def bundled_adapter(base_digest: str) -> Adapter | None:
    """The LoRA adapter if it belongs to the base of this digest, else None. Raises WeightsError as above."""
    return _reader("reader", "reader.gguf", "lora") if _card("reader")["base_digest"] == base_digest else None


@contextmanager
def bundled_change() -> Iterator[Path]:
    """The file of what training changed in the span reader's network."""
    with as_file(files("wellread.models") / "spans" / "change.safetensors") as path:
        yield Path(path)


def _card(folder: str) -> dict[str, Any]:
    card: dict[str, Any] = json.loads(
        (files("wellread.models") / folder / "card.json").read_text(encoding="utf-8")
    )
    return card


def _reader(folder: str, file: str, method: str) -> Adapter:
    card = _card(folder)
    with as_file(files("wellread.models") / folder / file) as path:
        kept = Path(path)
        found = file_digest(kept)
    if found != card["digest"]:
        raise WeightsError(f"{kept} has digest {found}, its card says {card['digest']}: reinstall Wellread")
    return Adapter(
        id=card["id"],
        state="promoted",
        method=method,
        base=card["base"],
        base_digest=card["base_digest"],
        dataset=BUNDLED,
        audience=Audience.everyone(),
        path=str(kept),
        digest=found,
        refuse_above=card["refuse_above"],
    )
