"""What a parser promises of a damaged file."""

from collections.abc import Callable

from wellread.errors import ParseError
from wellread.ingest.parse import Parsed


def gives_text_or_a_reason(parse: Callable[[bytes], Parsed], data: bytes) -> None:
    """Blocks that lie within the text, or a ParseError that says something; any other error fails the test."""
    try:
        parsed = parse(data)
    except ParseError as error:
        assert str(error)
        return
    parsed.text.encode()
    assert all(0 <= block.start <= block.end <= len(parsed.text) for block in parsed.blocks)
