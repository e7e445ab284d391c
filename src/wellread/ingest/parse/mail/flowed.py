"""Flowed plain text (RFC 3676): paragraphs that were wrapped for the way are put together again."""

_SIGNATURE = "-- "


def unflow(text: str, *, delete_space: bool = False) -> str:
    """`text` with its soft line breaks undone; quoted lines keep one `>` for each level and a space.

    `delete_space` (DelSp=yes) says that the space before a soft break is no part of the text.
    """
    paragraphs: list[tuple[int, list[str]]] = []
    is_open = False
    for line in text.split("\n"):
        content = line.lstrip(">")
        level = len(line) - len(content)
        content = content.removeprefix(" ")
        is_soft = content.endswith(" ") and content != _SIGNATURE
        if not (is_open and paragraphs[-1][0] == level and content != _SIGNATURE):
            paragraphs.append((level, []))
        paragraphs[-1][1].append(content[:-1] if is_soft and delete_space else content)
        is_open = is_soft
    return "\n".join(_quote(level) + "".join(pieces) for level, pieces in paragraphs)


def _quote(level: int) -> str:
    return f"{'>' * level} " if level else ""
