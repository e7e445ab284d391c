"""What the elements of the known vocabularies for prose are: JATS, DocBook 4 and 5, TEI P5, DITA.

    section       stands under a heading of its own      list        items; nests
    title         that heading, or a caption             item        one of them
    paragraph     text with marks inside                 term        what a definition list defines
    parts         the same, its elements being words     definition  what it says of it
    frame         holds text; its title is no heading    code        lines that are kept as they are
    label         number or sign of what follows         footnote    set apart from the text around it
    table         rows of cells                          break       ends a line
    reference     an entry of a list of literature       skip        not shown to a reader

An element without a role is part of the text it stands in, or else only groups what it holds.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from wellread.ingest.parse.xml.elements import local

if TYPE_CHECKING:
    from lxml.etree import _Element

Roles = Mapping[str, str]


def _roles(**names: str) -> Roles:
    return {name: role.rstrip("_") for role, listed in names.items() for name in listed.split()}


JATS = _roles(
    section="article sec app ack abstract trans-abstract glossary ref-list notes fn-group sub-article response bio",
    title="title article-title",
    paragraph="p attrib corresp copyright-statement license-p funding-statement disp-formula subtitle "
    "trans-title verse-line sig kwd",
    parts="aff collab",
    frame="fig table-wrap boxed-text supplementary-material caption disp-quote statement fig-group "
    "table-wrap-foot chem-struct-wrap author-notes speech",
    label="label",
    list_="list def-list",
    item="list-item",
    term="term",
    definition="def",
    table="table array",
    code="preformat code",
    footnote="fn",
    break_="break",
    reference="ref",
    skip="object-id alt-text long-desc copyright-year copyright-holder alt-title article-id journal-id "
    "award-group counts history related-article processing-meta license_ref free_to_read x institution-id",
)

DOCBOOK = _roles(
    section="set book part chapter article appendix preface section simplesect sect1 sect2 sect3 sect4 sect5 "
    "refentry refsection refsect1 refsect2 refsect3 refnamediv refsynopsisdiv abstract glossary glossdiv "
    "bibliography bibliodiv dedication colophon topic reference acknowledgements",
    title="title",
    paragraph="para simpara subtitle pubdate date releaseinfo attribution bridgehead refname refpurpose "
    "refentrytitle",
    parts="copyright author editor othercredit corpauthor address edition",
    frame="example informalexample figure informalfigure note tip warning caution important sidebar blockquote "
    "epigraph formalpara equation informalequation caption task legalnotice screenshot",
    list_="itemizedlist orderedlist simplelist variablelist segmentedlist calloutlist procedure substeps "
    "glosslist qandaset",
    item="listitem member step callout seglistitem",
    term="term glossterm question",
    definition="glossdef answer",
    table="table informaltable",
    code="programlisting screen literallayout synopsis cmdsynopsis funcsynopsis classsynopsis",
    label="label",
    footnote="footnote",
    break_="sbr",
    reference="biblioentry bibliomixed",
    skip="indexterm index toc lot remark revhistory imageobject graphic inlinegraphic titleabbrev keywordset "
    "subjectset itermset productnumber areaspec videoobject audioobject manvolnum refmiscinfo",
)

TEI = _roles(
    section="text div div1 div2 div3 div4 div5 div6 div7",
    title="head",
    paragraph="p ab l titlePart byline dateline salute signed closer opener speaker stage docAuthor docDate",
    frame="figure quote cit sp lg epigraph floatingText",
    list_="list listBibl listPerson listPlace",
    item="item",
    label="label",
    table="table",
    code="eg egXML",
    footnote="note",
    break_="lb",
    reference="bibl biblStruct biblFull",
    skip="teiHeader figDesc fw orig sic facsimile sourceDoc index",
)

DITA = _roles(
    section="topic concept task reference glossentry section example refsyn troubleshooting",
    title="title glossterm",
    paragraph="p shortdesc cmd glossdef",
    frame="fig note info stepresult stepxmp context result postreq prereq tutorialinfo lq abstract",
    list_="ul ol sl steps steps-unordered substeps choices dl",
    item="li sli step substep choice",
    term="dt",
    definition="dd",
    table="table simpletable properties choicetable",
    code="codeblock pre screen msgblock lines",
    footnote="fn",
    skip="prolog indexterm image draft-comment required-cleanup data foreign related-links topicmeta",
)

GENERAL = _roles(
    title="title heading head headline caption",
    paragraph="p para paragraph",
    list_="list ul ol itemizedlist orderedlist",
    item="li item listitem list-item",
    table="table",
    code="pre programlisting screen codeblock preformat",
    footnote="footnote",
    break_="br break lb",
    skip="script style",
)
"""For what is in none of them."""

UNTITLED = {
    "abstract": "Abstract", "ack": "Acknowledgements", "acknowledgements": "Acknowledgements",
    "ref-list": "References", "bibliography": "References", "glossary": "Glossary",
}  # fmt: skip
"""How a reader knows those sections that may lack a title."""


def roles_of(root: "_Element") -> Roles | None:
    """The vocabulary of a document, or None. One root name serves several: what is inside tells them apart."""
    namespace, name = str(root.tag).rpartition("}")[0], local(root)
    if "docbook.org" in namespace:
        return DOCBOOK
    if "tei-c.org" in namespace or name in ("TEI", "TEI.2"):
        return TEI
    if root.find(".//{*}article-meta") is not None or (
        name == "article" and root.find("{*}body") is not None
    ):
        return JATS
    if DITA.get(name) == "section" and any(root.find(f"{{*}}{kind}body") is not None for kind in _BODIES):
        return DITA
    is_book = DOCBOOK.get(name) == "section" and next(root.iter("{*}para", "{*}simpara"), None) is not None
    return DOCBOOK if is_book else None


_BODIES = ("", "con", "task", "ref", "gloss", "troubleshooting")
