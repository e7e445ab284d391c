"""Packages of Office documents (ISO/IEC 29500-2), packed from their parts."""

import io
import zipfile
from collections.abc import Mapping

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relations(*entries: tuple[str, str], base: str = OFFICE) -> str:
    """A part of relationships: the kind and the target of each, called r1, r2 and so on."""
    inside = "".join(
        f'<Relationship Id="r{at}" Type="{base}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(entries, start=1)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip file of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()
