"""E-mail addresses, telephone numbers and web addresses, with what they are for."""

import re
from collections.abc import Iterator

from wellread.curate.facts import Candidate
from wellread.curate.lexicon import ADVERBS, PEOPLE, VAGUE
from wellread.curate.miners.candidate import clauses, propose
from wellread.curate.outline import Outline
from wellread.curate.rules import content_words
from wellread.curate.wording import finished, trimmed
from wellread.screen.quantities import EMAIL, PHONE

_ADDRESS = re.compile(rf"(?P<email>{EMAIL})|(?P<phone>{PHONE})")
_PURPOSE = re.compile(r"^\s*(?P<purpose>(?:to|for|about|with|if|when)\s[^,;:()]{6,90})")
_NAMED = re.compile(
    r"(?:\bcall |\bphone |\bcontact )?(?P<name>(?:the |your )?(?:[A-Z][\w&'’-]*\s(?:(?:and|of|for|"
    r"the|on)\s)*){0,4}[A-Z][\w&'’-]*)\s?(?:\(|at\s(?:\(|:)?|:\s?|,\s?)\s?$"
)
_FROM = re.compile(r"\b(?:from|by)\s\W?$")
_FORM = re.compile(r"\b(?:Name|Title|Email|E-mail|Phone|Employer|Subject|To|From|Cc|Questions?|Note)\b")
_TELLING = re.compile(r"^(?:e-?mail|contact|call|ask|write to|if|for)\s", re.IGNORECASE)
_WRITTEN = re.compile(r"\b(?:e-?mail|contact|write to|reach out to|send|ask|call|at)\b", re.IGNORECASE)


def mine(outline: Outline) -> Iterator[Candidate]:
    """Addresses whose owner or purpose the same sentence names."""
    for statement in outline.statements:
        text = statement.text
        found = list(_ADDRESS.finditer(text))
        if len(found) != 1:
            continue
        match = found[0]
        kind = "e-mail address" if match["email"] else "phone number"
        before = text[: match.start()]
        named = _NAMED.search(before)
        name = _TELLING.sub("", named["name"]) if named is not None else ""
        if len(name) > 3 and not _FORM.search(name) and name.lower() not in ADVERBS | PEOPLE | VAGUE:
            questions: tuple[str, ...] = (
                finished(f"what is the {kind} of {name}"),
                finished(f"how can I reach {name} by {'e-mail' if match['email'] else 'phone'}"),
            )
            yield propose(statement.plain, questions, match.span())
    for statement, clause in clauses(outline):
        found = list(_ADDRESS.finditer(statement.text))
        if len(found) != 1 or found[0].start() < clause.shift:
            continue
        match = found[0]
        purpose = _PURPOSE.match(statement.text[match.end() :])
        aim = (
            clause.lead[:1].lower() + clause.lead[1:]
            if clause.lead
            else trimmed(purpose["purpose"])
            if purpose
            else ""
        )
        if (
            len(content_words(aim)) < 2
            or not _WRITTEN.search(statement.text[: match.start()])
            or _FROM.search(statement.text[: match.start()])
        ):
            continue
        if match["email"]:
            questions = (
                finished(f"what e-mail address should I write to {aim}"),
                finished(f"who should I e-mail {aim}"),
            )
        else:
            questions = (finished(f"what number should I call {aim}"),)
        yield propose(statement.plain, questions, match.span())
