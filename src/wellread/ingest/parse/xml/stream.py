"""XML read as it streams by, for sheets that as trees would take a hundred times their size in memory."""

from collections.abc import Callable, Iterable, Mapping
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from wellread.errors import ParseError

MAX_DEPTH = 200
"""Elements inside each other."""

MAX_TAG = 4 * 1024 * 1024
"""Bytes of one tag."""

MAX_PIECE = 500_000
"""Elements inside one that is handed over as a tree, such as a row of a sheet."""

MAX_TAGS = 20_000_000

_MAX_NAMES = 1000

Attributes = Mapping[str, str]


class XmlStream:
    """Calls `start` and `end` for each element, by local name.

    `listen` has the text from there on collected until `heard` takes it. Declarations of entities and
    nesting beyond `MAX_DEPTH` are errors, made with `damaged`; nothing outside the bytes is ever read.
    """

    def __init__(
        self,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None],
        damaged: Callable[[str], ParseError],
    ) -> None:
        self._start, self._end, self._damaged = start, end, damaged
        self._names: dict[str, str] = {}
        self._depth = 0
        self._pieces: list[str] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.EntityDeclHandler = self._entity

    def feed(self, chunks: Iterable[bytes]) -> None:
        """Read to the end. Raises ParseError when it is no XML, and what the callbacks raise."""
        fed = tags = 0
        try:
            for chunk in chunks:
                self._parser.Parse(chunk)
                fed += len(chunk)
                tags += chunk.count(b"<")
                if tags > MAX_TAGS:
                    raise ParseError(f"the spreadsheet has over {MAX_TAGS:,} XML tags: split it")
                if fed - self._parser.CurrentByteIndex > MAX_TAG:
                    raise self._damaged(f"a tag has more than {MAX_TAG:,} bytes")
            if fed:
                self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise self._damaged(f"{error}") from None
        except ValueError as error:  # multi-byte encodings other than UTF
            raise self._damaged(f"{error}") from None

    def listen(self) -> None:
        """Collect text from here on."""
        self._parser.CharacterDataHandler = self._pieces.append

    def heard(self) -> str:
        """The text collected since `listen`; collecting ends."""
        self._parser.CharacterDataHandler = None
        text = "".join(self._pieces)
        self._pieces.clear()
        return text

    def pass_text(self, take: Callable[[str], object] | None) -> None:
        """Call `take` with each piece of text from here on; None ends it."""
        self._parser.CharacterDataHandler = take

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._damaged(f"elements are nested more than {MAX_DEPTH} deep")
        self._start(self._names.get(name) or self._local(name), attributes)

    def _close(self, name: str) -> None:
        self._depth -= 1
        self._end(self._names.get(name) or self._local(name))

    def _local(self, name: str) -> str:
        known = name.rpartition(":")[2]
        if len(self._names) < _MAX_NAMES:
            self._names[name] = known
        return known

    def _entity(self, name: str, *_: object) -> None:
        raise self._damaged(f"it declares the entity {name}, which office files do not")


class XmlPieces:
    """Hands over the whole of each element of some names, outermost first, as a tree of local names.

    What `take` holds None for is passed over with all inside; `start` and `end` are called for the rest.
    Raises ParseError as `XmlStream` does, and for a tree of more than `MAX_PIECE` elements.
    """

    def __init__(
        self,
        take: Mapping[str, Callable[[Element], None] | None],
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None],
        damaged: Callable[[str], ParseError],
    ) -> None:
        self._take, self._outer_start, self._outer_end, self._damaged = take, start, end, damaged
        self._builder: TreeBuilder | None = None
        self._inside = 0
        self._count = 0
        self._stream = XmlStream(self._start, self._end, damaged)

    def feed(self, chunks: Iterable[bytes]) -> None:
        """Read to the end."""
        self._stream.feed(chunks)

    def _start(self, name: str, attributes: Attributes) -> None:
        if not self._inside:
            if name not in self._take:
                self._outer_start(name, attributes)
                return
            if self._take[name] is not None:
                self._builder, self._count = TreeBuilder(), 0
                self._stream.pass_text(self._builder.data)
        self._inside += 1
        if self._builder is not None:
            self._count += 1
            if self._count > MAX_PIECE:
                raise self._damaged(f"one piece of it has more than {MAX_PIECE:,} elements")
            self._builder.start(name, {key.rpartition(":")[2]: value for key, value in attributes.items()})

    def _end(self, name: str) -> None:
        if not self._inside:
            self._outer_end(name)
            return
        self._inside -= 1
        if self._builder is None:
            return
        self._builder.end(name)
        if not self._inside:
            tree, take = self._builder.close(), self._take[name]
            self._builder = None
            self._stream.pass_text(None)
            if take is not None:
                take(tree)
