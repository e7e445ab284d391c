"""RTF (version 1.9.1) from bytes to the paragraphs and tables of its texts, without recursion."""

import re

from wellread.errors import ParseError
from wellread.ingest.parse.rtf.characters import CHARACTERS, DEFAULTS, SYMBOLS, Fonts, joined
from wellread.ingest.parse.rtf.document import Document, StyleSheet
from wellread.ingest.parse.rtf.flow import ROW_WORDS, Flow, Properties, one_line
from wellread.ingest.parse.rtf.state import FORMATTING, State

MAX_DEPTH = 1000
"""Groups in groups; word processors write some dozens."""

MAX_TOKENS = 10_000_000
"""Control words, groups and stretches of text: several hundred megabytes of what word processors write."""

_TOKEN = re.compile(
    rb"\\(?:([A-Za-z]{1,32})(-?[0-9]{1,9})? ?|([^A-Za-z']))|((?:\\'[0-9A-Fa-f]{2})+)|([{}])"
    rb"|([^\\{}\r\n\x00]+)|[\r\n\x00]+|\\'?",
    re.DOTALL,
)
# Groups that hold no text of the document, whether or not they are marked as optional. Those of formulas
# (`m...Pr`) hold signs, such as brackets, that would come before what they stand around.
_IGNORED = frozenset(
    "colortbl filetbl pict objdata objclass objname header headerl headerr headerf footer footerl footerr footerf "
    "fldinst xe rxe txe tc tcn bkmkstart bkmkend nonshppict shprslt sp nonesttables nesttableprops annotation "
    "atnid atnauthor atntime atnref atndate listtable listoverridetable revtbl rsidtbl generator template ftnsep "
    "ftnsepc ftncn aftnsep aftnsepc aftncn background formfield datafield private falt panose pntxta pntxtb "
    "maccPr mbarPr mborderBoxPr mboxPr mctrlPr mdPr meqArrPr mfPr mfuncPr mgroupChrPr mlimLowPr mlimUppPr mmPr "
    "mnaryPr mphantPr mradPr mrPr msPrePr msSubPr msSubSupPr msSupPr".split()
)
# What the text of a group is, by the word the group begins with.
_DESTINATIONS = {
    "fonttbl": "fonts", "stylesheet": "styles", "info": "info", "title": "title", "listtext": "label",
    "pntext": "label", "footnote": "note", "shptxt": "box", "dptxbxtext": "box", "shpinst": "shape", "do": "shape",
    "moMath": "text", "moMathPara": "text", "upr": "alternatives",
}  # fmt: skip
_OTHERS = "bin u ud par sect cell row s sbasedon outlinelevel fcharset cpg".split()
_KNOWN = {
    word.encode(): word
    for words in (_IGNORED, _DESTINATIONS, CHARACTERS, DEFAULTS, ROW_WORDS, FORMATTING, _OTHERS)
    for word in words
}


class Reader:
    """Reads one file. Raises ParseError when it is no RTF or beyond the limits; what is cut off is kept."""

    def __init__(self, data: bytes) -> None:
        self._at = data.find(b"{\\rtf", 0, 1024)
        if self._at < 0:
            raise ParseError(
                "the file does not begin with {\\rtf: it is no RTF document; name it after its real kind"
            )
        self._data = data
        self._fonts = Fonts()
        self._styles = StyleSheet()
        self._title: list[str] = []
        self._notes: list[str] = []
        self._state = State(Flow())
        self._outer: list[State] = []
        self._bytes = bytearray()
        self._skip = 0
        self._is_optional = False

    def read(self) -> Document:
        """The document up to the end of its outermost group."""
        tokens = 0
        while token := _TOKEN.match(self._data, self._at):
            self._at = token.end()
            self._take(token)
            tokens += 1
            if tokens > MAX_TOKENS:
                raise ParseError(f"the RTF document has more than {MAX_TOKENS:,} control words: split it")
            if token[5] == b"}" and not self._outer:
                break
        self._flush()
        while self._outer:
            self._close()
        blocks = self._state.flow.finish(self._state.properties)
        return Document(blocks, self._notes, self._styles.styles, joined(self._title))

    def _take(self, token: re.Match[bytes]) -> None:
        word, number, symbol, codes, brace, text = token.groups()
        if text is not None or codes is not None:
            data = bytes.fromhex(codes.decode().replace("\\'", "")) if codes else text
            self._bytes += data[self._skip :]
            self._skip = max(self._skip - len(data), 0)
            return
        if token[0][0] in b"\r\n\0":
            return
        self._flush()
        if word is not None:
            known = _KNOWN.get(word)
            is_optional, self._is_optional = self._is_optional, False
            if known is not None:
                self._take_word(known, int(number) if number else None, is_optional=is_optional)
            elif is_optional:
                self._state.destination = "ignored"
            else:
                self._skip = 0
        elif symbol is not None:
            self._take_symbol(symbol.decode("latin-1"))
        else:
            self._skip = 0
            if brace == b"{":
                self._open()
            elif brace == b"}":
                self._close()

    def _take_word(self, word: str, number: int | None, *, is_optional: bool) -> None:
        state = self._state
        if word == "bin":
            # So many bytes follow as they are.
            self._at += max(number or 0, 0)
        elif word == "ud" and len(self._outer) > 1 and self._outer[-1].destination == "alternatives":
            # The text in Unicode, which follows the same one in a code page.
            state.destination = self._outer[-2].destination
        elif state.destination == "ignored":
            pass
        elif word in _IGNORED or (is_optional and word not in _DESTINATIONS):
            state.destination = "ignored"
        elif word in _DESTINATIONS:
            self._enter(_DESTINATIONS[word])
        elif word in CHARACTERS:
            self._add_unless_skipped(CHARACTERS[word])
        elif word == "u":
            self._add(chr((number or 0) & 0xFFFF))
            self._skip = state.fallback
        else:
            self._skip = 0
            self._apply(word, number)

    def _take_symbol(self, symbol: str) -> None:
        self._is_optional = symbol == "*"
        if symbol in SYMBOLS:
            self._add_unless_skipped(SYMBOLS[symbol])
        elif symbol in "\r\n":
            self._apply("par", None)

    def _apply(self, word: str, number: int | None) -> None:
        state = self._state
        if state.destination == "fonts":
            self._fonts.define(word, number)
        elif state.destination == "styles":
            self._styles.define(word, number)
        elif word in FORMATTING:
            state.apply(word, number)
        elif word in DEFAULTS:
            self._fonts.set_default(word, number)
        elif state.destination != "text":
            pass
        elif word in ROW_WORDS:
            state.flow.define_row(word, number or 0)
        elif word in ("par", "sect"):
            state.flow.end_paragraph(state.properties)
        elif word == "cell":
            state.flow.end_cell(state.properties)
        elif word == "row":
            state.flow.end_row(state.properties)

    def _open(self) -> None:
        if len(self._outer) >= MAX_DEPTH:
            raise ParseError(f"the RTF document nests groups more than {MAX_DEPTH:,} deep: it is damaged")
        self._outer.append(self._state)
        self._state = self._state.copy()
        if self._state.destination == "alternatives":
            self._state.destination = "ignored"

    def _close(self) -> None:
        if not self._outer:
            return
        closed, self._state = self._state, self._outer.pop()
        if closed.destination == "styles":
            self._styles.end_style()
        if closed.flow is not self._state.flow:
            blocks = closed.flow.finish(closed.properties)
            if closed.flow.mark:
                self._notes[closed.flow.mark - 1] = one_line(blocks)
            else:
                self._state.flow.add_box(blocks)

    def _enter(self, destination: str) -> None:
        state = self._state
        if destination in ("note", "box"):
            flow = Flow()
            if destination == "note":
                self._notes.append("")
                flow.mark = len(self._notes)
                self._add(f"[{flow.mark}]")
            state.flow, state.destination, state.properties = flow, "text", Properties()
        elif destination == "title":
            state.destination = "title" if state.destination == "info" else "ignored"
        elif destination != "text":
            state.destination = destination
            if destination == "label":
                state.flow.start_label()

    def _add_unless_skipped(self, text: str) -> None:
        if self._skip:
            self._skip -= 1
        else:
            self._add(text)

    def _add(self, text: str) -> None:
        state = self._state
        match state.destination:
            case "text" if not (state.is_hidden or state.is_deleted):
                state.flow.add(text, state.size)
            case "label":
                state.flow.label.append(text)
            case "title":
                self._title.append(text)
            case "styles":
                self._styles.add(text)

    def _flush(self) -> None:
        if self._bytes:
            self._add(self._fonts.decode(bytes(self._bytes), self._state.font))
            self._bytes.clear()
