"""Lines of the form `label: value`."""

import re
from collections.abc import Iterator

from wellread.curate.facts import Candidate
from wellread.curate.miners.candidate import propose, said_end, spoken
from wellread.curate.outline import Outline
from wellread.curate.plain import OPAQUE
from wellread.screen.quantities import EXACT

_NOISE = re.compile(
    r"^(?:note|tip|example|important|warning|e\.?g|i\.?e|step|see|also|option|question|answer|q|a|"
    r"contact us|update|reminder|if|when|for|to|in|on|do|don't|yes|no)\b",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"\b(?:address|phone|telephone|number|e-?mail|date|deadline|time|hours|cost|price|fee|limit|"
    r"rate|amount|location|duration|"
    r"length|frequency|code|room|floor|budget|salary|size|period|timeline|due|schedule|channel|"
    r"contact|owner|version|minimum|"
    r"maximum|capacity|threshold|allowance|balance|quota|term)\b",
    re.IGNORECASE,
)
_THING = re.compile(r"(?:an?|the)\s(?!.*\b(?:is|are|was|not|will|must|can)\b)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"\.\s+(?=[A-Z][a-z']*\s[a-z])")
_NAME = re.compile(r"^[A-Za-z][\w\s/&'’()-]{2,50}$")


def mine(outline: Outline) -> Iterator[Candidate]:
    """Short, exact values are asked for as `What is the LABEL?`; names with an explanation as `What is
    LABEL?`."""
    for line in outline.labelled:
        label, value = line.label, line.value.text
        if (
            _NOISE.match(label)
            or re.search(r"\b(?:is|are|was|must|can|will)\b", label)
            or not _NAME.match(label)
            or OPAQUE in value
            or len(label.split()) > 5
        ):
            continue
        end = said_end(_SENTENCE_END.split(value)[0])
        words = len(value[:end].split())
        where = line.heading.rstrip(":.?")
        subject = (
            where if where and "?" not in line.heading and len(where.split()) <= 7 else outline.passage.title
        )
        if not subject or words > 20 or end < 2:
            continue
        if EXACT.search(value[:end]) and words <= 10 and _FIELD.search(label):
            named = spoken(label)
            verb = "are" if re.search(r"[^s]s\b(?:\s\(|$)|\bhours\b", named) else "is"
            questions = (f"What {verb} the {named} for {subject}?", f"{subject}: what {verb} the {named}?")
            yield propose(line.value, questions, (0, end), line.line)
        elif words >= 4 and label[:1].isupper() and _THING.match(value[:end]):
            questions = (f"What is {label}?", f"Can you explain what {label} is?")
            yield propose(line.value, questions, (0, end), line.line)
