"""`quality` over a folder as somebody would have it: what it finds, what it leaves alone, and for whom."""

import json
import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from wellread.errors import NotFoundError
from wellread.flows.quality import QualityRequest
from wellread.records.quality import Finding, QualityReport
from wellread.workspace import Workspace

TODAY = date(2026, 6, 1)
FOOTER = "Printed by the harbour office of Quillhaven. Ask at the counter whenever something here seems wrong to you."
STORY = (
    "The lighthouse keepers of Quillhaven polish the great lens every second morning, because salt settles on it "
    "overnight and dims the beam. They begin at the top and work downwards with soft cloths dipped in spring water, "
    "then write the hour into the brown ledger and hang the cloths on the seaward rail to dry in the wind."
)
SECRET = (
    "The council will sell the northern pier to the Ambervale company for a sum that the treasurer has agreed in "
    "writing, and until the autumn nobody outside the council may hear of the price or of the buyer."
)

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, text: str, day: str = "2026-05-01") -> Path:
        path = tmp_path / "pages" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        at = datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp()
        os.utime(path, (at, at))
        return path

    return written


@pytest.fixture
def look(workspace: Workspace, tmp_path: Path) -> Callable[..., QualityReport]:
    def looked(person: str | None = None, **request: object) -> QualityReport:
        workspace.add(tmp_path / "pages", readers="everyone")
        return workspace.quality(QualityRequest(**request), person, today=TODAY)  # type: ignore[arg-type]

    return looked


def of(report: QualityReport, kind: str) -> list[tuple[str, ...]]:
    return [tuple(one.uri for one in found.documents) for found in report.findings if found.kind == kind]


def the(report: QualityReport, kind: str) -> Finding:
    [found] = [one for one in report.findings if one.kind == kind]
    return found


def test_a_contradiction_shows_both_sentences_and_which_is_newer(
    write: Write, look: Callable[..., QualityReport]
) -> None:
    write(
        "leave.md", f"# Annual leave\n\nEvery keeper has 25 days of annual leave.\n\n{FOOTER}\n", "2024-02-03"
    )
    write(
        "welcome.md",
        f"# Welcome\n\nEvery keeper has 28 days of annual leave. Bring boots.\n\n{FOOTER}\n",
        "2026-01-09",
    )
    found = the(look(), "contradiction")
    assert [quote.text for quote in found.quotes] == [
        "Every keeper has 28 days of annual leave.",
        "Every keeper has 25 days of annual leave.",
    ]
    assert found.confidence == "likely"
    assert "2026-01-09" in found.because
    assert "2024-02-03" in found.because


def test_quotes_are_the_exact_words_of_the_stored_text(
    write: Write, look: Callable[..., QualityReport], workspace: Workspace
) -> None:
    write("one.md", f"# Lens\n\n{STORY}\n\nThe rota: TBD\n\nThis permit is valid until 3 March 2024.\n")
    write("two.md", f"# Lens care\n\n{STORY}\n\nThe store opens at 9:00 on each working day.\n")
    write("three.md", "# Store\n\nThe store opens at 10:00 on each working day.\n")
    report = look()
    quotes = [quote for one in report.findings for quote in one.quotes]
    assert {one.kind for one in report.findings} >= {"contradiction", "expired", "placeholder"}
    for quote in quotes:
        assert (
            workspace.catalogue.knowledge.document(quote.document).text[quote.start : quote.end] == quote.text
        )


def test_restricted_words_in_an_open_document_are_shown_to_who_may_read_both_only(
    write: Write, look: Callable[..., QualityReport], workspace: Workspace
) -> None:
    write("council/.readers", "group:hr\n")
    write("council/sale.md", f"# Sale of the pier\n\n{SECRET}\n")
    write("news.md", f"# News of the week\n\n{STORY}\n\n{SECRET}\n")
    for outsider in (None, "bob"):
        report = look(outsider)
        assert report.documents == 1
        assert "council" not in json.dumps(report.to_json())
        assert not of(report, "exposed")
    found = the(look("ann"), "exposed")
    assert [one.uri for one in found.documents] == ["council/sale.md", "news.md"]
    assert found.confidence == "certain"
    assert found.quotes[0].text.startswith("The council will sell")
    assert look("ann").findings[0] == found


def test_a_closed_copy_is_named_to_nobody_else(write: Write, look: Callable[..., QualityReport]) -> None:
    write("council/.readers", "group:hr\n")
    write("council/lens.md", f"# Lens\n\n{STORY}\n")
    write("lens.md", f"# Lens\n\n{STORY}\n")
    assert not look("bob").findings
    assert of(look("ann"), "exposed") == [("council/lens.md", "lens.md")]


def test_copies_are_one_finding_and_the_newest_is_named(
    write: Write, look: Callable[..., QualityReport]
) -> None:
    for name, day in (("a.md", "2024-01-01"), ("b.md", "2026-04-04"), ("c.md", "2025-01-01")):
        write(name, f"# Lens\n\n{STORY}\n", day)
    found = the(look(), "duplicate")
    assert [one.uri for one in found.documents] == ["b.md", "c.md", "a.md"]
    assert found.figures["jaccard"] == 1.0
    assert "“b.md”, of 2026-04-04" in found.because


def test_a_near_copy_and_a_part_say_how_much_is_shared(
    write: Write, look: Callable[..., QualityReport]
) -> None:
    other = " ".join(
        f"Berth {number} belongs to ship number {number * 7} of the winter fleet." for number in range(40)
    )
    write("lens.md", f"# Lens\n\n{STORY}\n")
    write("lens-old.md", f"# Lens\n\n{STORY.replace('spring water', 'rain water')}\n", "2025-01-01")
    write("handbook.md", f"# Handbook\n\n{other}\n\n{STORY}\n")
    report = look()
    copy = the(report, "duplicate")
    assert {one.uri for one in copy.documents} == {"lens.md", "lens-old.md"}
    assert 0.8 <= float(copy.figures["jaccard"]) < 1
    assert ("lens.md", "handbook.md") in of(report, "contained")


def test_a_footer_makes_no_copies(write: Write, look: Callable[..., QualityReport]) -> None:
    for number in range(30):
        own = " ".join(f"word{number}x{place}" for place in range(30))
        write(f"{number}.md", f"# Page {number}\n\n{own}\n\n{FOOTER} {STORY}\n")
    assert not look().findings


def test_words_that_time_has_overtaken(write: Write, look: Callable[..., QualityReport]) -> None:
    write("permit.md", "# Permit\n\nThe permit is valid until 31 March 2024. The desk is open on Monday.\n")
    write("later.md", "# Later\n\nThe permit of the second pier is valid until 31 March 2031.\n")
    write("past.md", "# Past\n\nThe old permit was valid until 31 March 2014 and was then replaced.\n")
    report = look()
    assert of(report, "expired") == [("permit.md",)]
    assert the(report, "expired").quotes[0].text == "The permit is valid until 31 March 2024."


def test_an_old_page_beside_a_newer_one_that_shares_words_is_stale(
    write: Write, look: Callable[..., QualityReport]
) -> None:
    one, two = ("".join(f"{word} and then the {word} again. " for word in words.split()) for words in (
        "gull crab kelp tide reef shoal buoy mast", "oar keel helm bow stern deck hull sail"))  # fmt: skip
    write("old.md", f"# Old\n\n{STORY} {one}\n", "2021-01-01")
    write("new.md", f"# New\n\n{STORY} {two}\n", "2026-01-01")
    assert ("old.md", "new.md") in of(look(), "stale")


def test_dates_of_a_copied_folder_are_not_judged(write: Write, look: Callable[..., QualityReport]) -> None:
    for number in range(8):
        write(
            f"{number}.md",
            f"# Page {number}\n\nNumber {number} tells of {'gulls ' * number}.\n",
            "2019-01-01",
        )
    report = look()
    assert not of(report, "stale")
    assert any("the dates of pages say nothing" in note for note in report.notes)


def test_what_could_not_be_read_is_named_to_those_who_read_beside_it(
    write: Write, look: Callable[..., QualityReport]
) -> None:
    write("council/.readers", "group:hr\n")
    write("council/sale.md", f"# Sale\n\n{SECRET}\n")
    write("council/minutes.pdf", "this is no PDF")
    write("lens.md", f"# Lens\n\n{STORY}\n")
    hidden = look("bob")
    assert not of(hidden, "unreadable")
    assert any(note.startswith("1 more of pages could not be read") for note in hidden.notes)
    found = the(look("ann"), "unreadable")
    assert found.documents[0].uri == "council/minutes.pdf"


def test_form_is_judged(write: Write, look: Callable[..., QualityReport]) -> None:
    write("empty.md", "\n")
    write("long.md", " ".join(f"gull{number}" for number in range(2500)))
    report = look()
    assert of(report, "empty") == [("empty.md",)]
    assert of(report, "unstructured") == [("long.md",)]


def test_only_findings_of_a_source_are_shown_when_one_is_named(
    write: Write, look: Callable[..., QualityReport], workspace: Workspace, tmp_path: Path
) -> None:
    write("lens.md", f"# Lens\n\n{STORY}\n\nThe rota: TBD\n")
    other = tmp_path / "other"
    other.mkdir()
    (other / "copy.md").write_text(f"# Lens\n\n{STORY}\n\nThe rota: TBD\n")
    workspace.add(other, readers="everyone")
    report = look(source="other")
    assert of(report, "duplicate")
    assert of(report, "placeholder") == [("copy.md",)]
    with pytest.raises(NotFoundError, match="nowhere"):
        look(source="nowhere")


def test_topics_count_what_the_reader_may_read(write: Write, look: Callable[..., QualityReport]) -> None:
    write("council/.readers", "group:hr\n")
    write("council/sale.md", f"# Sale\n\n{SECRET}\n")
    write("lens.md", f"# Lens\n\n{STORY}\n")
    write("store.md", "# Store\n\nThe store sells rope, tar and lamp oil to every boat.\n")
    topics = look("bob").topics
    assert sum(topic.passages for topic in topics) == 2
    assert not {"council", "treasurer", "ambervale"} & {term for topic in topics for term in topic.terms}
    assert {"group:hr"} <= {reader for topic in look("ann").topics for reader in topic.readers}


def test_the_same_documents_give_the_same_report(write: Write, look: Callable[..., QualityReport]) -> None:
    for number in range(6):
        write(f"{number}.md", f"# Lens {number}\n\n{STORY}\n\nThe rota of pier {number}: TBD\n")
    first, second = look(), look()
    assert first == second
    assert [one.id for one in first.findings] == [one.id for one in second.findings]


def test_the_page_shows_words_of_documents_as_words(
    write: Write, look: Callable[..., QualityReport], tmp_path: Path
) -> None:
    write("one.md", "# <script>alert(1)</script>\n\nThe rota `<img src=x onerror=y>`: TBD\n")
    page = tmp_path / "quality.html"
    look(page=page)
    text = page.read_text()
    assert "<script" not in text
    assert "<img" not in text
    assert "default-src &#x27;none&#x27;" in text
    assert "&lt;img src=x" in text


def test_an_empty_workspace_has_nothing_wrong(workspace: Workspace) -> None:
    report = workspace.quality(today=TODAY)
    assert (report.documents, report.findings, report.topics) == (0, (), ())


def test_links_that_lead_nowhere(
    write: Write, look: Callable[..., QualityReport], workspace: Workspace
) -> None:
    write(
        "lens.md",
        "# The lens\n\n## Care & cleaning\n\nSee [the ledger](../ledger.md#how-to), [care](#care-cleaning).\n",
    )
    write(
        "a/page.html",
        "<h1 id='one'>Page</h1><p>To <a href='../lens.md'>the lens</a>, <a href='#two'>part two</a>, "
        "<a href='gone.html?x=1'>what is gone</a>, <a href='picture.png'>a picture</a>.</p>",
    )
    write(
        "table.md",
        "| place | more |\n| --- | --- |\n| pier | [plan](https://maps.example/x), [rota](a/rota.md) |\n",
    )
    report = look()
    broken = {str(one.figures["target"]): one for one in report.findings if one.kind == "broken_link"}
    assert set(broken) == {"../ledger.md#how-to", "#two", "gone.html?x=1", "a/rota.md"}
    assert {one.quotes[0].text for one in broken.values()} == {
        "part two",
        "what is gone",
        "the ledger",
        "rota",
    }
    for one in broken.values():
        [quote] = one.quotes
        assert (
            workspace.catalogue.knowledge.document(quote.document).text[quote.start : quote.end] == quote.text
        )
    assert report.external == {"maps.example": 1}


def test_a_link_to_a_closed_document_is_one_that_leads_nowhere(
    write: Write, look: Callable[..., QualityReport]
) -> None:
    write("council/.readers", "group:hr\n")
    write("council/sale.md", f"# Sale\n\n{SECRET}\n")
    write("lens.md", "# Lens\n\nSee [this](council/sale.md) and [that](council/none.md).\n")
    assert {str(one.figures["target"]) for one in look("bob").findings} == {
        "council/sale.md",
        "council/none.md",
    }
    assert {str(one.figures["target"]) for one in look("ann").findings} == {"council/none.md"}
