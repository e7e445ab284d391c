"""Links and markup: a statement has none that its source has not, letter by letter.

A model that obeys a passage can put words of other passages into the address of a link or an image; whoever opens it
sends them away. An address must be the source's whole address, for one word more at its end would be such data.
"""

from collections.abc import Iterator, Sequence

from wellread.answer.verify.reading import Reading, Unsupported
from wellread.screen.links import links, markup


def added_links(said: Reading, sources: Sequence[Reading]) -> Iterator[Unsupported]:
    """Links, images and tags of `said` that do not stand so in any of `sources`, whatever case and white space."""
    known = {link.casefold() for source in sources for link in links(source.text)}
    for link in links(said.text):
        if link.casefold() not in known:
            yield Unsupported("link", link)
    written = [_flat(source.text) for source in sources]
    for piece in markup(said.text):
        if not any(_flat(piece) in one for one in written):
            yield Unsupported("link", piece)


def _flat(text: str) -> str:
    return " ".join(text.casefold().split())
