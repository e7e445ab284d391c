"""What is wrong with documents as one HTML page: no script, no remote resource; it prints.

Reads from the top: how much there is of what, every finding with the words it stands on, then what the documents are
about and where there is little.
"""

from collections import Counter
from collections.abc import Sequence

from wellread.govern.kinds import CALLED, SURE
from wellread.pages.markup import Markup, Node, join, tag
from wellread.pages.shell import definitions, document, quotation, section
from wellread.pages.words import count
from wellread.records.quality import Concerned, Finding, Kind, QualityReport, Quote, Topic

MOST_SHOWN = 200
"""Findings of one kind on the page; the JSON has all."""


def page(report: QualityReport) -> str:
    """The whole document. Every word of the documents is escaped."""
    kinds = [
        _kind(kind, [one for one in report.findings if one.kind == kind])
        for kind in CALLED
        if any(one.kind == kind for one in report.findings)
    ]
    main = tag("main", _counts(report), *kinds, _topics(report.topics), _external(report))
    return document("Quality of the documents", _header(report), main, _footer(report))


def headline(report: QualityReport) -> str:
    """What the report comes to, in a sentence."""
    return f"{count(len(report.findings), 'finding')} in {count(report.documents, 'document')}"


def _header(report: QualityReport) -> Markup:
    by_kind = Counter(one.kind for one in report.findings)
    first = next((kind for kind in CALLED if by_kind[kind]), None)
    lead = (
        f"Begin with: {CALLED[first].title.lower()} ({by_kind[first]})."
        if first
        else "Nothing was found to be wrong."
    )
    return tag(
        "header",
        tag("div", "Wellread quality", class_="eyebrow"),
        tag("h1", headline(report)),
        tag("p", f"{count(report.words, 'word')} were read, as of {report.today}. {lead}", class_="lead"),
        tag("ul", *(tag("li", note) for note in report.notes), class_="because") if report.notes else None,
    )


def _counts(report: QualityReport) -> Markup | None:
    found = Counter((one.kind, one.confidence) for one in report.findings)
    rows = [
        _row(tag("a", CALLED[kind].title, href=f"#{kind}"), [str(found[kind, sure] or "") for sure in SURE])
        for kind in CALLED
        if any(found[kind, sure] for sure in SURE)
    ]
    if not rows:
        return None
    return section("How much of what", None, _table(("", *SURE), rows))


def _kind(kind: Kind, findings: Sequence[Finding]) -> Markup:
    shown = findings[:MOST_SHOWN]
    more = len(findings) - len(shown)
    return tag(
        "section",
        tag("h2", CALLED[kind].title, tag("span", f" {len(findings)}", class_="against"), id=kind),
        tag("p", CALLED[kind].meaning, class_="soft"),
        tag("div", *(_finding(one) for one in shown), class_="group"),
        tag("p", f"{more:,} more are in the JSON.", class_="soft") if more else None,
        class_="questions",
    )


def _finding(finding: Finding) -> Markup:
    names = " · ".join(one.title or one.uri for one in finding.documents[:3])
    more = f" and {len(finding.documents) - 3} more" if len(finding.documents) > 3 else ""
    summary = tag(
        "summary",
        tag("span", names + more, class_="asked", dir="auto"),
        tag("span", finding.confidence, class_="soft", title=SURE[finding.confidence]),
    )
    by_id = {one.document: one for one in finding.documents}
    quotes = [quotation(quote.text, _place(by_id.get(quote.document), quote)) for quote in finding.quotes]
    said = (tag("p", finding.because, dir="auto"), tag("p", finding.advice, class_="soft"))
    inside = (*said, *quotes, tag("ul", *(tag("li", _name(one)) for one in finding.documents)))
    return tag("details", summary, tag("div", *inside, class_="inside"))


def _place(one: Concerned | None, quote: Quote) -> str:
    return f"{one.uri if one else quote.document}, {quote.start}-{quote.end}"


def _name(one: Concerned) -> Markup:
    changed = f", changed {one.modified[:10]}" if one.modified else ""
    return join(
        tag("bdi", one.title or one.uri), tag("span", f" {one.source}: {one.uri}{changed}", class_="soft")
    )


def _topics(topics: Sequence[Topic]) -> Markup | None:
    if not topics:
        return None
    rows = [
        _row(
            join(", ".join(topic.terms), tag("span", " thin", class_="against") if topic.thin else None),
            [
                f"{topic.documents:,}",
                f"{topic.words:,}",
                topic.newest[:10],
                "everyone" if "everyone" in topic.readers else ", ".join(topic.readers),
            ],
        )
        for topic in topics
    ]
    return section(
        "What the documents are about",
        "Passages grouped by what they say, named by the words that tell a group from the others. Thin ones rest on "
        "one document, or on far fewer words than the others.",
        _table(("topic", "documents", "words", "newest change", "readers"), rows),
    )


def _external(report: QualityReport) -> Markup | None:
    if not report.external:
        return None
    rows = [_row(host, [f"{times:,}"]) for host, times in report.external.items()]
    return section("Links that leave", "By host. None was followed.", _table(("host", "links"), rows))


def _footer(report: QualityReport) -> Markup:
    sure = section("How sure", None, definitions({str(name): meaning for name, meaning in SURE.items()}))
    return tag(
        "footer", sure, tag("p", f"Made for {report.today} of what its reader may read.", class_="soft")
    )


def _table(names: Sequence[str], rows: Sequence[Markup]) -> Markup:
    heads = (tag("th", name, scope="col") for name in names)
    return tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows))


def _row(name: Node, cells: Sequence[str]) -> Markup:
    return tag("tr", tag("th", name, scope="row"), *(tag("td", cell) for cell in cells))
