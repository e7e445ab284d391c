"""Words as they are compared: SQuAD's normalisation, kept right for figures.

SQuAD (Rajpurkar et al. 2016, the official evaluation script) lower-cases, deletes punctuation and the
articles a, an, the, and splits at white space. Deleting every mark turns 4.5:1 into 451 and 1.5 into
15, so here

| text | words | because |
| --- | --- | --- |
| 4.5:1, 3:30, 3-5, 3+3+2 | as they stand | marks between digits carry the meaning |
| 3 to 5 | 3-5 | the same range |
| 10,000 | 10000 | a thousands separator does not |
| $10,000; 10,000 dollars | 10000 $ | one order, one spelling; 10,000 alone shares most of it |
| two weeks; 2 weeks | 2 weeks | one spelling, from zero to twelve |
| 75%; 75 percent | 75 % | 75 hours is not 75 % |
| 3:30pm, 3:30 p.m. | 3:30 pm | one spelling |
| -public, --force | as they stand | a leading hyphen belongs to the name |
| [form](url), note:this | form url, note this | brackets and colons part words; Markdown has no space there |
| well-known, and/or | well known, and or | one spelling with and without the mark |
| Plan A | plan a | a capital A inside a text is a name, not the article |

Line breaks, no-break spaces, ligatures and typographic dashes (NFKC) make no difference.
"""

import re
import unicodedata

_HYPHENS = str.maketrans(
    {"\u2010": "-", "\u2011": "-", "\u2013": "-", "\u2212": "-", "\u2014": " ", "\u2015": " "}
)
_ARTICLE = re.compile(r"(?<![\w.&@'’/-])(?:(?i:the|an)|a)(?![\w&@'’/-]|\.\w)|\A\W*A(?=\s+\S)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_RANGE = re.compile(
    r"(?<=\d)(?:-|[ \t]+-[ \t]+|\s+to\s+)(?=\d)"
)  # "3", line break, "- 5" is a list, no range
_MONEY = re.compile(
    r"([$€£¥])\s*(\d(?:[\d.,]*\d)?(?:\s+(?:hundred|thousand|million|billion|trillion)\b)?)", re.I
)
_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_SPELLED = {
    "percent": "%",
    "dollar": "$",
    "dollars": "$",
    "usd": "$",
    "euro": "€",
    "euros": "€",
    "eur": "€",
    "gbp": "£",
    "pound": "£",
    "pounds": "£",
} | {word: str(n) for n, word in enumerate(_NUMBERS)}
_MARK = re.compile(
    r"(?P<kept>(?<=\d)[.,:+-](?=\d)|(?<![\w-])-{1,2}(?=\w))"
    r"|(?P<parts>[-/()\[\]{}<>|:;!?=\"“”…]|(?<=\w)\s*,\s*(?=\w)|[%$€£¥])"
    r"|[^\w\s]|_"
)
_HALF_DAY = re.compile(r"(?<=\d)(?=(?:am|pm)\b)")


def words(text: str) -> tuple[str, ...]:
    """The words of `text` as they are compared. Empty for a text of marks only.

    A text of articles only keeps them, so that the gold "A" (a grade) can be matched.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_HYPHENS)
    plain = "".join(character for character in plain if unicodedata.category(character) != "Cf")
    plain = re.sub(r"\bper cent\b", "percent", plain, flags=re.I)
    found = _split(_ARTICLE.sub(" ", plain))
    return found or _split(plain)


def _split(text: str) -> tuple[str, ...]:
    text = _RANGE.sub("-", _THOUSANDS.sub("", text))
    text = _MARK.sub(_mark, _MONEY.sub(r" \2 \1 ", text)).casefold()
    return tuple(_SPELLED.get(word, word) for word in _HALF_DAY.sub(" ", text).split())


def _mark(found: re.Match[str]) -> str:
    if found["kept"]:
        return found.group()
    if found["parts"]:
        return f" {found.group()} " if found.group() in "%$€£¥" else " "
    return ""
