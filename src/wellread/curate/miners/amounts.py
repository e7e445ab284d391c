"""How much, how many and what share."""

import re
from collections.abc import Iterator

from wellread.curate.clause import Clause
from wellread.curate.facts import Candidate
from wellread.curate.lexicon import BASE_VERBS, BE, PARTICIPLES, words
from wellread.curate.miners.candidate import clauses, hangs_together, placed, propose
from wellread.curate.outline import Outline, Statement
from wellread.curate.wording import ask, finished, trimmed
from wellread.screen.quantities import DURATION, MONEY, NUMBER, PERCENT, QUALIFIER

_VERB = (
    r"(?P<verb>(?:(?:also|only|typically|usually|generally|normally|currently)\s)?(?:(?:be|"
    r"have|need|be able|be allowed|be required|required|allowed|entitled|eligible|expected)"
    r"\sto\s)?[a-z]+(?:\sup)?)\s"
)
_MONEY = re.compile(rf"^(?:{_VERB})?(?P<answer>{MONEY})(?P<after>$|[^\w-].*$)", re.DOTALL)
_SHARE = re.compile(
    rf"^(?:{_VERB})?(?P<answer>{PERCENT})(?: of (?P<whole>[^,;:.()]+))?(?P<after>$|[,;:(].*$)", re.DOTALL
)
_COUNT = re.compile(
    rf"^(?:{_VERB})(?P<answer>(?P<number>{QUALIFIER}?{NUMBER}(?:\s?(?:-|–|to|or)\s?{NUMBER})?)[\s-]"
    r"(?P<noun>(?:[a-z-]+\s){0,2}?[a-z]+s)\b)(?P<of>\sof\s[A-Za-z-]+(?:\s(?!(?:during|in|on|for|to|"
    r"per|from|at|with|within|and|or|after|before|each|an?|every|by|as|if|through)\b)"
    r"[A-Za-z-]+){0,3})?(?P<after>$|[\s,;:(].*$)",
    re.DOTALL,
)
_LIMIT = re.compile(
    rf"^(?:not|never)?\s*exceed (?P<answer>{MONEY}|{PERCENT}|{DURATION}|{NUMBER}\s[a-z]+s?\b)(?P<after>.*)$",
    re.DOTALL,
)
_FEE = re.compile(
    rf"\b(?:a|an|the) (?P<answer>{MONEY}) (?P<what>(?:[a-z-]+ ){{0,2}}?(?:fee|charge|limit|"
    rf"threshold|cap|minimum|maximum|allowance|award|bonus|penalty|stipend|credit))"
    rf"\b(?P<for> (?:for|on|per) [^,;:.()]+)?"
)
_CANNOT = re.compile(
    rf"^(?P<subject>[^,;:()]{{4,70}}?) (?:cannot|can['’]t|may not|must not|should not|does not|"
    rf"do not|will not) exceed (?P<answer>{MONEY}|{PERCENT}|{DURATION}|{NUMBER}\s[a-z]+s?\b)"
)
_PRICE = re.compile(
    r"\b(?:fee|cost|price|rate|limit|threshold|amount|maximum|minimum|budget|award|charge|allowance)s?\b",
    re.IGNORECASE,
)
_NOT_COUNTED = words("times ways is was as its this has steps things parts options types kinds us business")


def mine(outline: Outline) -> Iterator[Candidate]:
    """Amounts that are the object of a verb or of `is`, named fees, and limits not to be exceeded."""
    for statement in outline.statements:
        yield from _named(statement)
    for statement, clause in clauses(outline):
        yield from _money(statement, clause)
        yield from _share(statement, clause)
        yield from _count(statement, clause)


def _named(statement: Statement) -> Iterator[Candidate]:
    for match in _FEE.finditer(statement.text):
        for_what = match["for"] or ""
        if not for_what:
            continue
        questions = (
            finished(f"how much is the {match['what']}{for_what}"),
            finished(f"what is the {match['what']}{for_what}"),
        )
        yield propose(statement.plain, questions, match.span("answer"))
    limit = _CANNOT.match(statement.text)
    if limit is not None and hangs_together(limit["subject"]):
        subject = limit["subject"]
        subject = subject[0].lower() + subject[1:]
        questions = (finished(f"what may {subject} not exceed"), finished(f"what is the limit for {subject}"))
        yield propose(statement.plain, questions, limit.span("answer"))


def _money(statement: Statement, clause: Clause) -> Iterator[Candidate]:
    match = _MONEY.match(clause.rest)
    if match is None or match.start("answer") < clause.exact:
        return
    verb, after = match["verb"] or "", match["after"]
    if not verb and clause.auxiliary not in ("is", "are", "was", "were"):
        return
    if after.strip()[:1].isalpha() and not re.match(
        r"\s*(?:for|per|a|an|on|in|to|toward|towards|from|each|of)\b", after
    ):
        return
    if verb and not _governs(clause, verb):
        return
    questions = [ask("how much", clause, verb, after)]
    if not verb and _PRICE.search(clause.subject):
        questions.append(ask("what", clause, "", after))
    yield propose(statement.plain, tuple(questions), placed(clause, match, "answer"))


def _share(statement: Statement, clause: Clause) -> Iterator[Candidate]:
    match = _SHARE.match(clause.rest)
    if match is None or match.start("answer") < clause.exact:
        return
    verb, whole = match["verb"] or "", match["whole"]
    if not verb and clause.auxiliary not in ("is", "are", "was", "were"):
        return
    if verb and not _governs(clause, verb):
        return
    of = f" of {trimmed(whole)}" if whole else ""
    questions = (ask(f"what percentage{of}", clause, verb), ask(f"how much{of}", clause, verb))
    if not verb and not of:
        questions = (ask("what percentage", clause, ""), ask("how much", clause, ""))
    yield propose(statement.plain, questions, placed(clause, match, "answer"))


def _count(statement: Statement, clause: Clause) -> Iterator[Candidate]:
    match = _COUNT.match(clause.rest)
    if match is None or match.start("answer") < clause.exact:
        return
    noun = match["noun"]
    if not _governs(clause, match["verb"]):
        return
    if (
        noun.split()[-1] in _NOT_COUNTED
        or match["verb"].split()[-1] in ("last", "be", "is", "are", "to")
        or (match["verb"].split()[-1] == "take" and not match["of"])
    ):
        return
    if re.match(r"\s(?:before|after|prior|in advance|from|ago|later|per)\b", match["after"]):
        return
    of = match["of"] or ""
    questions = (ask(f"how many {noun}{of}", clause, match["verb"], match["after"]),)
    yield propose(statement.plain, questions, placed(clause, match, "answer"))


def _governs(clause: Clause, verb: str) -> bool:
    """Whether `verb` is a verb that fits the auxiliary: `must pay`, `are required to pay`, `is paid`."""
    last = verb.removesuffix(" up ").split()[-1]
    if clause.auxiliary in BE and " to " not in verb:
        return last.endswith(("ing", "ed")) or last in PARTICIPLES
    if clause.auxiliary in ("has", "have"):
        return last.endswith("ed") or last in PARTICIPLES
    return last in BASE_VERBS
