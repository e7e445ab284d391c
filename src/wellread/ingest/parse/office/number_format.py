"""Numbers as a spreadsheet shows them, from their format codes (ECMA-376 part 1, section 18.8.31).

Two things differ from the screen on purpose, so that text can be searched and compared in any language:
dates are ISO 8601, and digits are not grouped. Negative numbers always have a minus sign.
"""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from wellread.ingest.parse.office.serial_dates import Clock, show_moment

BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm", 37: "#,##0", 38: "#,##0",
    39: "#,##0.00", 40: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
"""Format codes that files name by number only."""
# East Asian calendars' numbers; what they look like depends on the country, that they are dates does not.
BUILT_IN |= dict.fromkeys((*range(27, 32), 34, 35, 36, *range(50, 59)), "yyyy-mm-dd")
BUILT_IN |= dict.fromkeys((32, 33), "h:mm:ss")

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]?'
    r"|(?P<general>General)|(?P<noon>AM/PM|A/P)|(?P<exponent>[eE][+-])|(?P<digit>[0#?])|(?P<point>\.)"
    r"|(?P<comma>,)|(?P<date>[yYmMdDhHsSgGbBeE]+)|(?P<other>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": float.__lt__, "<=": float.__le__, ">": float.__gt__,
    ">=": float.__ge__, "=": float.__eq__, "<>": float.__ne__,
}  # fmt: skip
_MAX_CODE = 255
_MOST_EXACT = 1e15
_LONG = 1e9


def general(value: float) -> str:
    """A number without a format: ten digits as cells show, whole numbers all that are exact; rarely an exponent."""
    text = f"{value:.10g}" if abs(value) < _LONG else f"{value:.15g}"
    if "e" in text:
        exponent = int(text.partition("e")[2])
        text = f"{Decimal(text):f}" if -10 < exponent < 21 else text.upper()
    return "0" if text == "-0" else "" if text in ("nan", "inf", "-inf") else text


@lru_cache(maxsize=1000)
def formatter(code: str, date_1904: bool = False) -> Callable[[float], str]:
    """What shows a number in the format `code`; what it cannot follow (fractions) is shown as `general`.

    `date_1904`: days are counted from 1904-01-01, as in workbooks from old Macs.
    """
    sections = [_Section(part) for part in _split(code[:_MAX_CODE])][:4]
    if len(sections) == 1 and sections[0].is_general and not sections[0].before + sections[0].after:
        return general
    return lambda value: _show(value, sections, date_1904)


def _split(code: str) -> list[str]:
    """The sections for positive, negative, zero and text, which semicolons separate."""
    parts = [""]
    for match in _TOKEN.finditer(code):
        if match["other"] == ";":
            parts.append("")
        else:
            parts[-1] += match.group()
    return parts


def _show(value: float, sections: list["_Section"], date_1904: bool) -> str:
    if not abs(value) < _MOST_EXACT:
        return general(value)
    section = _chosen(value, sections)
    if section.is_date:
        return show_moment(value, section.clock, date_1904=date_1904) or general(value)
    if section.is_general:
        return " ".join(f"{section.before}{general(value)}{section.after}".split())
    shown = section.number(abs(value))
    if value >= 0 or not shown:
        return shown
    inner = shown[1:-1].strip() if shown.startswith("(") and shown.endswith(")") else shown
    # An accounting zero shows as a dash, and a number too small for its decimals as zero.
    unsigned = inner.startswith("-") or not re.search("[1-9]", inner)
    return re.sub(r"^-\s+(?=\d)", "-", inner) if unsigned else f"-{inner}"


def _chosen(value: float, sections: list["_Section"]) -> "_Section":
    for section in sections:
        if section.condition and _COMPARE[section.condition[0]](float(value), section.condition[1]):
            return section
    if any(section.condition for section in sections):
        return next((section for section in sections if not section.condition), sections[-1])
    numbers = sections[:3]
    if value < 0 and len(numbers) > 1:
        return numbers[1]
    return numbers[2] if value == 0 and len(numbers) > 2 else numbers[0]


class _Section:
    """One section of a format code, taken apart."""

    def __init__(self, code: str) -> None:
        self.condition: tuple[str, float] | None = None
        self.before, self.after = "", ""
        self._whole: list[str] = []
        self._decimals = ""
        self._percent = 0
        self._scale = 0
        self._odd = False
        self._point = False
        letters, elapsed = "", ""
        self.is_general = False
        for match in _TOKEN.finditer(code):
            if match["date"] and "#" in self._whole:
                self._literal(match["date"])  # a code such as `#,##0 USD` lacks its quotes
            elif match["date"] or match["noon"]:
                letters += (match["date"] or "h").lower()
            elif match["bracket"] is not None:
                elapsed += self._bracket(match["bracket"])
            else:
                self._take(match)
        letters += elapsed
        self.is_date = bool(re.search("[ymdhs]", letters)) and not self.is_general
        self.clock = Clock(
            year="y" in letters or "e" in letters,
            month="m" in letters and not (re.search("[hs]", letters) and not re.search("[yd]", letters)),
            day="d" in letters,
            time=bool(re.search("[hs]", letters)),
            elapsed=elapsed[:1],
        )
        if not code:
            self.is_general, self.is_date = False, False

    def _bracket(self, inside: str) -> str:
        if condition := _CONDITION.match(inside):
            self.condition = (condition[1], float(condition[2]))
        elif inside.startswith("$"):
            self._literal(inside[1:].partition("-")[0])
        elif inside and not inside.lower().strip("hms"):
            return inside.lower()
        return ""

    def _take(self, match: re.Match[str]) -> None:
        if match["general"] or match["other"] == "@":
            self.is_general = True
        elif match["exponent"]:
            self._odd = True
        elif match["point"]:
            self._point = True
        elif match["comma"]:
            self._scale += 1
        elif match["digit"]:
            # Commas between digits group them; only those after the last one divide by a thousand.
            self._scale = self._scale if self._point else 0
            self._add_digit(match["digit"])
        else:
            self._literal(match["quoted"] or match["escaped"] or match["other"] or " ")
            self._percent += match["other"] == "%"
            self._odd |= match["other"] == "/"

    def _add_digit(self, digit: str) -> None:
        if self.after:
            self._whole.append(self.after)
            self.after = ""
        if self._point:
            self._decimals += digit
        else:
            self._whole.append(digit)

    def _literal(self, text: str) -> None:
        if self._whole or self._decimals or self.is_general:
            self.after += text
        else:
            self.before += text

    def number(self, value: float) -> str:
        """A number that is not negative, with the literal text around it."""
        if self._odd:
            return general(value)
        exact = Decimal(f"{value:.15g}").scaleb(2 * self._percent - 3 * self._scale)
        rounded = exact.quantize(Decimal(1).scaleb(-len(self._decimals)), ROUND_HALF_UP)
        whole, _, decimals = f"{rounded:f}".partition(".")
        kept = self._decimals.count("0")
        decimals = decimals[:kept] + decimals[kept:].rstrip("0")
        digits = self._filled("" if whole == "0" and not decimals and self._shows_no_zero() else whole)
        return " ".join(f"{self.before}{digits}{'.' if decimals else ''}{decimals}{self.after}".split())

    def _shows_no_zero(self) -> bool:
        return "0" not in self._whole and "0" not in self._decimals

    def _filled(self, digits: str) -> str:
        """Digits put into the places of a code such as `000-00-0000`, from the right."""
        places = [place for place in self._whole if place in ("0", "#", "?")]
        if not places:
            return digits if self._decimals else ""
        digits = digits.rjust(self._whole.count("0"), "0")
        shown: list[str] = []
        for at in range(len(self._whole) - 1, -1, -1):
            if self._whole[at] not in ("0", "#", "?"):
                shown.append(self._whole[at] if digits else "")
                continue
            places.pop()
            cut = len(digits) - 1 if places and digits else 0
            shown.append(digits[cut:])
            digits = digits[:cut]
        return "".join(reversed(shown))
