"""Read a safetensors file with numpy alone: an eight-byte length, a JSON header, the tensors one after another."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from wellread.errors import WeightsError

_DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I8": "|i1", "U8": "|u1"}


def read_safetensors(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Every tensor by name, mapped from the file, not read. Raises WeightsError if the file is damaged."""
    try:
        with path.open("rb") as file:
            length = struct.unpack("<Q", file.read(8))[0]
            if length > path.stat().st_size:
                raise ValueError(f"a header of {length} bytes")
            header = json.loads(file.read(length))
        data = np.memmap(path, np.uint8, "r", offset=8 + length)
        return {
            name: data[slice(*entry["data_offsets"])].view(_DTYPES[entry["dtype"]]).reshape(entry["shape"])
            for name, entry in header.items()
            if name != "__metadata__"
        }
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise WeightsError(
            f"{path} is not a safetensors file that can be read ({error!r}); bring it again"
        ) from error
