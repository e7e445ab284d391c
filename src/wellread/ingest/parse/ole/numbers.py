"""Numbers as old Office programs write them, the little end first."""


def number(data: bytes, at: int, size: int = 4) -> int:
    """An unsigned number of `size` bytes; what lies beyond the end of `data` counts as zero."""
    return int.from_bytes(data[at : at + size], "little")
