"""How an answer stands to its sources: plain, partly, over, or against another source; never by a mere likeness."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from answering import Even, Told, hits, passage

from wellread.answer.cite import cite, sentence_around
from wellread.answer.traditional import Reader, answer
from wellread.answer.verdict import Judgement, judge
from wellread.records.conversation import Statement
from wellread.records.knowledge import Held, Hit, Passage

TODAY = date(2026, 6, 1)
ASKED = "How many days of annual leave does a keeper have?"
LEAVE = "Every keeper has 25 days of annual leave."
OTHER = "Every keeper has 28 days of annual leave."


def source(
    text: str, number: int, title: str = "Guide", uri: str = "", heading: tuple[str, ...] = ()
) -> Passage:
    return replace(
        passage(text, number, title=title),
        uri=uri or f"{'abcdef'[number]}/{title}-{number}.md",
        heading=heading,
    )


def judged(question: str, said: str, passages: Sequence[Passage]) -> Judgement:
    """The verdict on `said`, cited by its sentence in the first passage."""
    start = passages[0].text.index(said)
    span = sentence_around(passages[0].text, start, start + len(said))
    statement = Statement(said, (cite(passages[0], *span),))
    found = [Hit(passage=one, score=1.0) for one in passages]
    return judge(question, [statement], found, TODAY)


def test_another_document_with_another_value_is_shown_too_with_its_date_and_trust() -> None:
    other = replace(source(OTHER, 2, "Welcome"), changed="2025-05-01T00:00:00Z", trust="official")
    made = judged(ASKED, LEAVE, [source(LEAVE, 1), other])
    assert made.verdict == "sources disagree"
    assert [one.text for one in made.statements] == [LEAVE, OTHER]
    [side] = made.statements[1].citations
    assert (side.quote, side.changed, side.trust) == (OTHER, "2025-05-01T00:00:00Z", "official")


def test_one_denies_what_the_other_says() -> None:
    one, two = "Visitors may park on the northern pier.", "Visitors may not park on the northern pier."
    made = judged("May visitors park on the northern pier?", one, [source(one, 1), source(two, 2, "Welcome")])
    assert (made.verdict, made.statements[1].text) == ("sources disagree", two)


def test_a_value_alone_as_the_answer_is_compared_by_its_sentence() -> None:
    made = judged(ASKED, "25 days", [source(LEAVE, 1), source(OTHER, 2, "Welcome")])
    assert [one.text for one in made.statements] == ["25 days", OTHER]


def test_the_same_other_value_is_shown_once() -> None:
    passages = [
        source(LEAVE, 1),
        *(source(OTHER, at, f"{name} news") for at, name in ((2, "Pier"), (3, "Lamp"))),
    ]
    assert len(judged(ASKED, LEAVE, passages).statements) == 2


@pytest.mark.parametrize(
    ("why", "own", "other"),
    [
        ("the same", source(LEAVE, 1), source(LEAVE, 2)),
        ("in other words", source(LEAVE, 1), source("Annual leave of a keeper is 25 days.", 2)),
        ("another subject", source(LEAVE, 1), source("Every clerk has 28 days of annual leave.", 2)),
        ("another matter", source(LEAVE, 1), source("Every keeper has 28 days of parental leave.", 2)),
        ("another unit", source(LEAVE, 1), source("Every keeper has 28 hours of annual leave.", 2)),
        ("another condition", source(LEAVE, 1), source("Every keeper has 28 days of annual leave if ill.", 2)),
        ("another bound", source(LEAVE, 1), source("Every keeper has at least 28 days of annual leave.", 2)),
        ("an estimate", source(LEAVE, 1), source("Every keeper has about 28 days of annual leave.", 2)),
        ("another year in the sentence", source("In 2025 every keeper has 25 days of annual leave.", 1),
         source("In 2024 every keeper has 28 days of annual leave.", 2)),
        ("another year in the title", source(LEAVE, 1, "Rules 2025"), source(OTHER, 2, "Rules 2024")),
        ("another version in the title", source(LEAVE, 1, "Rules 4.2"), source(OTHER, 2, "Rules 4.1")),
        ("another quarter in the name", source(LEAVE, 1, uri="x/2025 Q1.md"), source(OTHER, 2, uri="x/2025 Q2.md")),
        ("two of a kind", source(LEAVE, 1, "Office York rules"), source(OTHER, 2, "Office Bath rules")),
        ("folders of two offices", source(LEAVE, 1, uri="york/rules.md"), source(OTHER, 2, uri="bath/rules.md")),
        ("no common subject", source("A stay of 25 days is the longest.", 1, "Pier"),
         source("A stay of 28 days is the longest.", 2, "Shed")),
        ("superseded", source(LEAVE, 1), source(f"{OTHER} This policy has been superseded.", 2)),
        ("over", source(LEAVE, 1), source(OTHER, 2, "Welcome (archived)")),
        ("an example", source(LEAVE, 1), source("For instance, every keeper has 28 days of annual leave.", 2)),
        ("the past", source(LEAVE, 1), source("Every keeper had 28 days of annual leave.", 2)),
        ("a question", source(LEAVE, 1), source("Has every keeper 28 days of annual leave?", 2)),
    ],
)  # fmt: skip
def test_what_is_no_other_answer_is_no_disagreement(why: str, own: Passage, other: Passage) -> None:
    said = own.text
    made = judged(ASKED, said, [own, other])
    assert made.verdict == "answered", why
    assert len(made.statements) == 1


def test_one_document_does_not_disagree_with_itself() -> None:
    own = source(LEAVE, 1)
    assert judged(ASKED, LEAVE, [own, replace(source(OTHER, 2), document=own.document)]).verdict == "answered"


def test_what_the_question_is_about_must_be_what_the_other_source_is_about() -> None:
    own, other = source(LEAVE, 1, heading=("Harbour York",)), source(OTHER, 2, "Welcome")
    assert judged(ASKED, LEAVE, [own, other]).verdict == "sources disagree"
    assert judged("How many days of leave has a keeper in York?", LEAVE, [own, other]).verdict == "answered"


def test_reports_of_one_series_do_not_disagree() -> None:
    text = "Each lamp burns {} litres of oil. Each keeper watches {} hours of fog. Each boat carries {} tons of coal."
    own, other = source(text.format(3, 4, 5), 1, "Pier log"), source(text.format(6, 7, 8), 2, "Shed log book")
    said = "Each lamp burns 3 litres of oil."
    assert judged("How many litres of oil does each lamp burn?", said, [own, other]).verdict == "answered"


@pytest.mark.parametrize(
    "text",
    [
        "This policy has been superseded by the harbour rules. The fee is 5 euros.",
        "The fee is 5 euros. This page is no longer maintained.",
        "Superseded by the harbour rules. The fee is 5 euros.",
        "The fee is 5 euros until the end of 2023.",
        "The fee is 5 euros and valid until 31 March 2024.",
    ],
)
def test_a_source_that_says_it_is_over_makes_the_answer_outdated(text: str) -> None:
    said = next(part for part in text.replace(". ", ".|").split("|") if "fee" in part)
    assert judged("What is the fee?", said, [source(text, 1)]).verdict == "outdated"


@pytest.mark.parametrize(
    "text",
    [
        "This policy supersedes the rules of 2019. The fee is 5 euros.",
        "This policy will be replaced by another. The fee is 5 euros.",
        "This policy is replaced by another on 1 January 2030. The fee is 5 euros.",
        "Badges are no longer needed and the fee is 5 euros.",
        "The fee is 5 euros until the end of 2026.",
        "The fee is 5 euros since 2023.",
        "The fee is 5 euros, as there was none until 2023.",
        "The fee is 5 euros. Lamps that were replaced are sold.",
    ],
)
def test_what_holds_today_is_not_outdated(text: str) -> None:
    said = next(part for part in text.replace(". ", ".|").split("|") if "fee" in part)
    assert judged("What is the fee?", said, [source(text, 1)]).verdict == "answered"


@pytest.mark.parametrize(
    "title", ["Fees (superseded)", "OBSOLETE: fees", "Fees – archived", "Fees [withdrawn]"]
)
def test_a_title_may_say_that_it_is_over(title: str) -> None:
    text = "The fee is 5 euros."
    assert judged("What is the fee?", text, [source(text, 1, title)]).verdict == "outdated"
    for plain in ("Archived records", "How to replace a withdrawn lamp", "Expired badges"):
        assert judged("What is the fee?", text, [source(text, 1, plain)]).verdict == "answered"


def test_a_question_about_the_past_is_answered_by_what_is_past() -> None:
    text = "The fee is 5 euros until the end of 2023."
    for question in ("Until when is the fee 5 euros?", "What was the fee?", "What is the fee of 2023?"):
        assert judged(question, text, [source(text, 1)]).verdict == "answered"


def test_a_notice_at_the_top_counts_for_the_whole_document_and_further_down_for_its_passage() -> None:
    cited = source("The fee is 5 euros.", 1)
    notice = replace(
        source("This page has been withdrawn.", 2), document=cited.document, version=cited.version
    )
    assert judged("What is the fee?", cited.text, [cited, replace(notice, start=0)]).verdict == "outdated"
    assert judged("What is the fee?", cited.text, [cited, replace(notice, start=9000)]).verdict == "answered"
    elsewhere = replace(notice, start=0, document="doc_9")
    assert judged("What is the fee?", cited.text, [cited, elsewhere]).verdict == "answered"


def test_as_of_a_moment_nothing_is_outdated() -> None:
    text = "The fee is 5 euros until the end of 2023."
    then = replace(source(text, 1), held=Held(since="2022-01-01T00:00:00Z", until="2024-01-01T00:00:00Z"))
    assert judged("What is the fee?", text, [then]).verdict == "answered"


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("How many days of leave does a keeper have and who repairs the lamps?", ("who repairs the lamps",)),
        ("How many days of leave does a keeper have? Who repairs the lamps?", ("Who repairs the lamps",)),
        ("Who repairs the lamps, and how many days of leave does a keeper have?", ("Who repairs the lamps",)),
        ("How many days of annual leave does a keeper have, and is leave annual?", ()),
        ("How many days of leave and sick pay does a keeper have?", ()),
        ("When a keeper leaves, how many days of annual leave are paid?", ()),
        ("How many days of annual leave does a keeper have, and what does it cost?", ()),
        ("How many days of annual leave does a keeper have, and what is its significance?", ()),
        ("What are the terms and conditions of leave?", ()),
        (ASKED, ()),
    ],
)
def test_what_was_asked_too_and_not_found_is_named(question: str, missing: tuple[str, ...]) -> None:
    made = judged(question, LEAVE, [source(LEAVE, 1)])
    assert made.missing == missing
    assert made.verdict == ("partly answered" if missing else "answered")


def test_no_statements_is_not_in_your_sources_whatever_was_retrieved() -> None:
    found = [Hit(passage=source(text, at), score=1.0) for at, text in ((1, LEAVE), (2, OTHER))]
    assert judge(ASKED, [], found, TODAY) == Judgement((), "not in your sources")


def test_an_answer_tells_its_verdict_and_streams_both_sides() -> None:
    pieces: list[str] = []
    given = hits(LEAVE, OTHER)
    given[1] = replace(given[1], passage=replace(given[1].passage, title="Handbook of the pier"))
    reader = Reader(generator=Told(lambda _: LEAVE), embedder=Even())
    said = answer(ASKED, given, reader, emit=pieces.append)
    assert said.verdict == "sources disagree"
    assert "".join(pieces) == said.text == f"{LEAVE} {OTHER}"
    assert len(said.citations) == 2
