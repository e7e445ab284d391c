"""What one sheet reads as in every format of spreadsheets, and the sheet as XML of 2003."""

from wellread.ingest.parse import Parsed
from wellread.ingest.parse.spreadsheet.parser import parse_spreadsheet


def blocks(parsed: Parsed) -> list[tuple[str, str]]:
    return [(b.kind, parsed.text[b.start : b.end]) for b in parsed.blocks]


def read(data: bytes) -> list[tuple[str, str]]:
    return blocks(parse_spreadsheet(data))


# A header, texts, numbers with formats, a formula's text, an area merged downwards and a comment.
EXPECTED = [
    ("heading", "Park"),
    ("table_header", "Tree | Height | Share | Planted | Seen"),
    ("table_row", "Oak | 31.5 | 12.5% | 2023-03-15 | TRUE"),
    ("table_row", "Oak | 28 |  | old | #N/A"),
    ("paragraph", "[B2] Measured twice"),
]

XML_2003 = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">
<o:DocumentProperties><o:Title>Inventory</o:Title></o:DocumentProperties>
<Styles><Style ss:ID="s1"><NumberFormat ss:Format="0.0%"/></Style><Style ss:ID="s2"><NumberFormat ss:Format="Fixed"/></Style></Styles>
<Worksheet ss:Name="Park"><Table>
<Row><Cell><Data ss:Type="String">Tree</Data></Cell><Cell><Data ss:Type="String">Height</Data></Cell>
<Cell><Data ss:Type="String">Share</Data></Cell><Cell><Data ss:Type="String">Planted</Data></Cell>
<Cell><ss:Data ss:Type="String"><B xmlns="urn:html">Se</B>en</ss:Data></Cell></Row>
<Row><Cell ss:MergeDown="1"><Data ss:Type="String">Oak</Data></Cell>
<Cell><Data ss:Type="Number">31.5</Data><Comment ss:Author="Ida"><ss:Data>Measured twice</ss:Data></Comment></Cell>
<Cell ss:StyleID="s1"><Data ss:Type="Number">0.125</Data></Cell>
<Cell><Data ss:Type="DateTime">2023-03-15T00:00:00.000</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell></Row>
<Row><Cell ss:Index="2"><Data ss:Type="Number">28</Data></Cell>
<Cell ss:Index="4"><Data ss:Type="String">old</Data></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>
</Table></Worksheet>
<Worksheet ss:Name="Kept"><Table><Row><Cell><Data ss:Type="String">secret</Data></Cell></Row></Table>
<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet></Workbook>"""  # noqa: E501
