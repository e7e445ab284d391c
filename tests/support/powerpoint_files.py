"""PowerPoint presentations, made part by part."""

from office_package import OFFICE, packed, relations

from wellread.ingest.parse import Parsed

NAMES = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    f'xmlns:r="{OFFICE}"'
)


def deck(
    *slides: str, parts: dict[str, str] | None = None, links: list[tuple[str, str]] | None = None
) -> bytes:
    """Slides of these shapes; `links` are what the first slide refers to, `parts` more parts of the file."""
    found = {
        "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f"<p:presentation {NAMES}><p:sldIdLst>"
        + "".join(f'<p:sldId id="{255 + at}" r:id="r{at}"/>' for at in range(1, len(slides) + 1))
        + "</p:sldIdLst></p:presentation>",
        # Later slides have lower numbers: the list decides, not the names.
        "ppt/_rels/presentation.xml.rels": relations(
            *(("slide", f"slides/slide{len(slides) - at}.xml") for at in range(len(slides)))
        ),
    }
    for at, shapes in enumerate(slides):
        name = f"slide{len(slides) - at}.xml"
        found[f"ppt/slides/{name}"] = f"<p:sld {NAMES}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
        found[f"ppt/slides/_rels/{name}.rels"] = relations(*(links or []) if at == 0 else [])
    return packed(found | (parts or {}))


def place(box: tuple[int, int, int, int] | None) -> str:
    if box is None:
        return ""
    return f'<a:xfrm><a:off x="{box[0]}" y="{box[1]}"/><a:ext cx="{box[2]}" cy="{box[3]}"/></a:xfrm>'


def text(paragraphs: str) -> str:
    """Paragraphs given as XML, or lines of plain text."""
    if "<a:p>" not in paragraphs:
        paragraphs = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in paragraphs.split("\n"))
    return f"<p:txBody><a:bodyPr/>{paragraphs}</p:txBody>"


def shape(content: str, kind: str = "", box: tuple[int, int, int, int] | None = None, alt: str = "") -> str:
    """A placeholder of `kind`, or a text box without."""
    inside = f'<p:ph type="{kind}"/>' if kind else ""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="x" descr="{alt}"/><p:nvPr>{inside}</p:nvPr></p:nvSpPr>'
        f"<p:spPr>{place(box)}</p:spPr>{text(content)}</p:sp>"
    )


def frame(content: str, box: tuple[int, int, int, int] | None = None) -> str:
    return (
        f"<p:graphicFrame><p:nvGraphicFramePr/>{place(box).replace('a:xfrm', 'p:xfrm')}"
        f"<a:graphic><a:graphicData>{content}</a:graphicData></a:graphic></p:graphicFrame>"
    )


def blocks(parsed: Parsed) -> list[tuple[str, int, str]]:
    return [(b.kind, b.level, parsed.text[b.start : b.end]) for b in parsed.blocks]


def texts(parsed: Parsed) -> list[str]:
    return [found for kind, _, found in blocks(parsed) if kind != "page_break"]


LAYOUT_PARTS = {
    "ppt/slideLayouts/_rels/layout1.xml.rels": relations(("slideMaster", "../slideMasters/master1.xml")),
    "ppt/slideLayouts/layout1.xml": f"<p:sldLayout {NAMES}><p:cSld><p:spTree>"
    + shape("Click to edit the title", "title", (0, 0, 900, 100))
    + '<p:sp><p:nvSpPr><p:nvPr><p:ph idx="1"/></p:nvPr></p:nvSpPr><p:spPr>'
    + place((500, 200, 400, 400))
    + "</p:spPr></p:sp>"
    + '<p:sp><p:nvSpPr><p:nvPr><p:ph idx="2" type="body"/></p:nvPr></p:nvSpPr><p:spPr>'
    + place((0, 200, 400, 400))
    + "</p:spPr><p:txBody><a:lstStyle><a:lvl1pPr><a:buNone/></a:lvl1pPr></a:lstStyle></p:txBody></p:sp>"
    + "</p:spTree></p:cSld></p:sldLayout>",
    "ppt/slideMasters/master1.xml": f"<p:sldMaster {NAMES}><p:cSld><p:spTree>{shape('Company confidential')}"
    "</p:spTree></p:cSld><p:txStyles><p:bodyStyle><a:lvl1pPr><a:buChar char='•'/></a:lvl1pPr>"
    "<a:lvl2pPr><a:buChar char='–'/></a:lvl2pPr></p:bodyStyle></p:txStyles></p:sldMaster>",
}


def table(rows: list[str], look: str = 'firstRow="1"') -> str:
    return frame(f"<a:tbl><a:tblPr {look}/>{''.join(f'<a:tr>{row}</a:tr>' for row in rows)}</a:tbl>")


def cell(words: str, attributes: str = "") -> str:
    return f"<a:tc {attributes}>{text(words)}</a:tc>"


def points(kind: str, values: list[str], code: str = "") -> str:
    inside = "".join(f'<c:pt idx="{at}"><c:v>{value}</c:v></c:pt>' for at, value in enumerate(values))
    return f"<c:{kind}><c:formatCode>{code}</c:formatCode><c:ptCount val='999999999'/>{inside}</c:{kind}>"


CHART_FRAME = '<c:chart r:id="r1"/>'
CHART = (
    f"<c:chartSpace {NAMES}><c:chart>"
    "<c:title><c:tx><c:rich><a:p><a:r><a:t>Rain</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    "<c:plotArea><c:barChart>"
    "<c:ser><c:tx><c:strRef>" + points("strCache", ["2024"]) + "</c:strRef></c:tx>"
    "<c:cat><c:strRef>" + points("strCache", ["May", "June"]) + "</c:strRef></c:cat>"
    "<c:val><c:numRef>"
    + points("numCache", ["0.25", "0.30000000000000004"], "0%")
    + "</c:numRef></c:val></c:ser>"
    "<c:ser><c:tx><c:v>2025</c:v></c:tx>"
    "<c:cat><c:strRef>" + points("strCache", ["May", "June"]) + "</c:strRef></c:cat>"
    "<c:val><c:numRef>" + points("numCache", ["3.0"]) + "</c:numRef></c:val></c:ser></c:barChart>"
    "<c:catAx><c:title><c:tx><c:rich><a:p><a:r><a:t>Month</a:t></a:r></a:p></c:rich></c:tx></c:title></c:catAx>"
    "<c:valAx><c:title><c:tx><c:rich><a:p><a:r><a:t>Share</a:t></a:r></a:p></c:rich></c:tx></c:title></c:valAx>"
    "</c:plotArea></c:chart></c:chartSpace>"
)
