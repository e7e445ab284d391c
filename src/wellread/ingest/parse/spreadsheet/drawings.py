"""What lies on a sheet of an Excel workbook: texts of boxes, and titles of charts."""

from wellread.ingest.parse.office.chart import read_chart
from wellread.ingest.parse.office.package import Package
from wellread.ingest.parse.spreadsheet.sheet import Sheet
from wellread.ingest.parse.xml.elements import reference


def read_drawings(package: Package, sheet: Sheet, part: str) -> None:
    """Add them to `sheet`; a chart's values are not read, since sheets hold them. Raises ParseError."""
    for drawing in package.related(part, "drawing"):
        root = package.xml(drawing)
        for element in root.iter("{*}txBody", "{*}chart") if root is not None else ():
            if element.tag.endswith("}chart"):
                relation = package.target(drawing, reference(element))
                chart = package.xml(relation.target) if relation is not None else None
                if chart is not None and (title := read_chart(chart).title):
                    sheet.texts.append(title)
                continue
            for paragraph in element.iterfind("{*}p"):
                text = "".join(piece.text or "" for piece in paragraph.iter("{*}t"))
                if text.strip():
                    sheet.texts.append(text)
