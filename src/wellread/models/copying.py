"""Runs of whole words of a text, and the grammar that lets a model write nothing else.

A small model copies with slips: it writes ".harbour.example" for "pier.harbour.example", "every year" for "yearly". A
grammar takes from every step the tokens that would leave the text, so the next best one that stays in it is chosen.
"""

import json
import re

WORD = re.compile(r"[^\W_]+(?:[.,:/'’@&+-]+[^\W_]+)*|[$€£%]")
"""A word with its inner signs ("3:30", "press@example.com"), or a sign that belongs to an amount."""
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\U00040000-\U0010ffff]")
"""Characters for whose bytes a tokenizer may have no token; a model told to write one would have no choice left."""


def copy_grammar(text: str) -> str:
    """GBNF of all runs of whole words of `text`, with what stands between them; white space is written as one space.

    One rule a word: the word, and perhaps what follows it and the next word's rule. A run does not cross characters
    that a model cannot write. A text without words gives "".
    """
    flat = " ".join(text.split())
    found = list(WORD.finditer(flat))
    if not found:
        return ""
    rules = ["root ::= " + " | ".join(f"w{number}" for number in range(len(found)))]
    for number, match in enumerate(found, start=1):
        rule = f"w{number - 1} ::= {_literal(match.group())}"
        if number < len(found):
            between = flat[match.end() : found[number].start()]
            if not between:
                rule += f" w{number}?"
            elif not _UNWRITABLE.search(between):
                rule += f" ({_literal(between)} w{number})?"
        rules.append(rule)
    return "\n".join(rules)


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
