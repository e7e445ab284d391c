"""Journal articles in JATS (NISO Z39.96) and its NLM forerunners: their front matter and references as text.

The tree is put into the order in which an article is read, so that the prose in it can be read as any other.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wellread.ingest.parse.xml.elements import children, local
from wellread.ingest.parse.xml.table import flow
from wellread.ingest.parse.xml.tree import replace_with_text
from wellread.ingest.parse.xml.values import has_text_beside_elements

if TYPE_CHECKING:
    from lxml.etree import _Element

_LEAST_WORDS = 4
"""Of a remark in the metadata that is for readers; the others are notes between machines."""


def prepare_article(root: "_Element") -> None:
    """Rewrite the front matter and the references of every article below `root`."""
    for reference in list(root.iter("{*}ref")):
        _write_reference(reference)
    for citation in list(root.iter("{*}element-citation")):
        replace_with_text(citation, _citation(citation))
    for meta in list(root.iter("{*}article-meta", "{*}front-stub")):
        _write_front(meta)
    for journal in list(root.iter("{*}journal-meta")):
        replace_with_text(journal, "")


def article_title(root: "_Element") -> str:
    """The title of the first article below."""
    found = root.find(".//{*}article-title")
    return flow(found, frozenset({"fn", "xref"})) if found is not None else ""


def _write_front(meta: "_Element") -> None:
    """Title, authors, where they work and where it appeared; then notes, and the abstract last."""
    people = list(_contributors(meta))
    lines = [line for line in (_published(meta), *_keywords(meta), *_remarks(meta)) if line]
    kept: dict[str, list[_Element]] = {"title": [], "place": [], "note": [], "abstract": []}
    for part in _front_parts(meta):
        kept[_FRONT[local(part)]].append(part)
    tail = meta.tail
    meta.clear()
    meta.tail = tail
    for part in (
        *kept["title"], *map(_paragraph, people), *map(_place, kept["place"]), *map(_paragraph, lines),
        *kept["note"], *kept["abstract"],
    ):  # fmt: skip
        part.tail = None
        meta.append(part)


def _paragraph(text: str) -> "_Element":
    from lxml import etree

    paragraph = etree.Element("p")
    paragraph.text = text
    return paragraph


def _place(affiliation: "_Element") -> "_Element":
    """Where people work, its parts with commas between them if they only stand in elements."""
    if has_text_beside_elements(affiliation) or not len(affiliation):
        return affiliation
    label = _text(affiliation, "label")
    parts = [flow(part) for part in children(affiliation) if local(part) != "label"]
    return _paragraph(f"{label} {', '.join(part for part in parts if part)}".strip())


_FRONT = {
    "title-group": "title", "aff": "place", "author-notes": "note", "funding-statement": "note",
    "copyright-statement": "note", "license": "note", "abstract": "abstract", "trans-abstract": "abstract",
}  # fmt: skip


def _front_parts(meta: "_Element") -> Iterator["_Element"]:
    from lxml import etree

    walk = etree.iterwalk(meta, events=("start",))
    for _, element in walk:
        if local(element) in _FRONT:
            yield element
            walk.skip_subtree()


def _contributors(meta: "_Element") -> Iterator[str]:
    """A line for those who wrote it, and one for each other part that people took in it."""
    people: dict[str, dict[str, None]] = {}
    for contributor in meta.iterfind(".//{*}contrib-group/{*}contrib"):
        kind = contributor.get("contrib-type", "author")
        named = contributor.iterchildren("{*}name", "{*}collab", "{*}string-name", "{*}name-alternatives")
        people.setdefault(kind, {}).update((person, None) for part in named if (person := _person(part)))
    for kind, names in people.items():
        if names:
            yield ", ".join(names) if kind == "author" else f"{kind.capitalize()}: {', '.join(names)}"


def _person(name: "_Element") -> str:
    """Given names first, as people are introduced."""
    first, last = name.find(".//{*}given-names"), name.find(".//{*}surname")
    if last is None:
        return flow(name, frozenset({"contrib-group", "xref", "aff"}))
    return " ".join(flow(part) for part in (first, last, name.find(".//{*}suffix")) if part is not None)


def _published(meta: "_Element") -> str:
    """Journal, volume, issue, pages, year and DOI on one line."""
    front = meta.getparent()
    journal = front.find(".//{*}journal-title") if front is not None else None
    where = [flow(journal)] if journal is not None else []
    volume, issue = _text(meta, "volume"), _text(meta, "issue")
    where += [f"{volume}({issue})" if volume and issue else volume or issue]
    where += [_pages(meta) or _text(meta, "elocation-id"), _text(meta, "pub-date/{*}year")]
    where += [
        f"doi:{flow(number)}"
        for number in meta.iterchildren("{*}article-id")
        if number.get("pub-id-type") == "doi"
    ]
    return ", ".join(part for part in where if part)


def _keywords(meta: "_Element") -> Iterator[str]:
    subjects = [flow(s) for s in meta.iterfind("{*}article-categories/{*}subj-group/{*}subject")]
    if subjects:
        yield f"Subjects: {'; '.join(dict.fromkeys(subjects))}"
    for group in meta.iterchildren("{*}kwd-group"):
        title = _text(group, "title").rstrip(":") or "Keywords"
        words = [flow(word) for word in group.iter("{*}kwd")]
        if words:
            yield f"{title}: {'; '.join(words)}"


def _remarks(meta: "_Element") -> Iterator[str]:
    for remark in meta.iter("{*}custom-meta"):
        name, value = _text(remark, "meta-name"), _text(remark, "meta-value")
        if len(value.split()) >= _LEAST_WORDS:
            yield f"{name}: {value}"


def _write_reference(reference: "_Element") -> None:
    """The label, and its citations as lines of text."""
    from lxml import etree

    label = _text(reference, "label")
    cited = [c for c in children(reference) if local(c) not in ("label", "x", "note")]
    text = " ".join(_citation(citation) for citation in cited)
    notes = " ".join(flow(note) for note in reference.iterchildren("{*}note"))
    replace_with_text(reference, "")
    numbered = etree.SubElement(reference, "label")
    numbered.text = label
    numbered.tail = f"{text} {notes}".strip()


def _citation(citation: "_Element") -> str:
    """What is written out is taken as it is; of one in fields, the punctuation is put in."""
    for name in citation.iter("{*}name"):
        replace_with_text(name, _initials(name))
    if (citation.text or "").strip() or any((part.tail or "").strip() for part in citation):
        return flow(citation)
    people = [flow(person) for person in _cited_people(citation)]
    titles = [
        _text(citation, name) for name in ("article-title", "chapter-title", "data-title", "part-title")
    ]
    place = ", ".join(p for p in (_text(citation, "publisher-name"), _text(citation, "publisher-loc")) if p)
    numbers = [_number(n) for n in citation.iterchildren("{*}pub-id", "{*}ext-link", "{*}uri", "{*}comment")]
    parts = [", ".join(people), *titles, _text(citation, "source"), place, _issue(citation), *numbers]
    written = " ".join(f"{part.rstrip('.')}." for part in parts if part)
    return written or flow(citation)


def _number(identifier: "_Element") -> str:
    kind = _NUMBERS.get(identifier.get("pub-id-type", ""), "")
    return f"{kind}{flow(identifier)}"


_NUMBERS = {"doi": "doi:", "pmid": "PMID ", "pmcid": "PMCID "}


def _cited_people(citation: "_Element") -> Iterator["_Element"]:
    for part in children(citation):
        if local(part) == "person-group":
            yield from children(part)
        elif local(part) in ("name", "collab", "string-name"):
            yield part


def _initials(name: "_Element") -> str:
    """A name as citations have it: the surname first."""
    parts = [_text(name, "surname"), _text(name, "given-names"), _text(name, "suffix")]
    return " ".join(part for part in parts if part) or flow(name)


def _issue(citation: "_Element") -> str:
    """`2019;12(3):45–50`, as far as it is known."""
    volume, issue = _text(citation, "volume"), _text(citation, "issue")
    number = f"{volume}({issue})" if issue else volume
    pages = _pages(citation) or _text(citation, "elocation-id")
    text = _text(citation, "year")
    text += f";{number}" if number and text else number
    return f"{text}:{pages}" if pages and text else text or pages


def _pages(element: "_Element") -> str:
    first, last = _text(element, "fpage"), _text(element, "lpage")
    return f"{first}–{last}" if last and last != first else first


def _text(element: "_Element", path: str) -> str:
    found = element.find(f"{{*}}{path}")
    return flow(found) if found is not None else ""
