"""The reader that ships with Wellread: a LoRA adapter of the default base, taught to read one passage at a time.

It was trained on no organisation's documents, so everyone may use it. Its card beside it says how it was made.
"""

import json
from importlib.resources import as_file, files
from pathlib import Path

from wellread.errors import WeightsError
from wellread.models.weights import file_digest
from wellread.records.learning import Adapter
from wellread.records.people import Audience

BUNDLED = "bundled"
"""Stands for its dataset in the registry."""


def bundled_reader(base_digest: str) -> Adapter | None:
    """The bundled reader if it belongs to the base of this digest, else None.

    Raises WeightsError when the file is not the one its card describes.
    """
    folder = files("wellread.models") / "reader"
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    if card["base_digest"] != base_digest:
        return None
    with as_file(folder / "reader.gguf") as path:
        kept = Path(path)
        found = file_digest(kept)
    if found != card["digest"]:
        raise WeightsError(f"{kept} has digest {found}, its card says {card['digest']}: reinstall Wellread")
    return Adapter(
        id=card["id"],
        state="promoted",
        method="lora",
        base=card["base"],
        base_digest=card["base_digest"],
        dataset=BUNDLED,
        audience=Audience.everyone(),
        path=str(kept),
        digest=found,
        refuse_above=card["refuse_above"],
    )
