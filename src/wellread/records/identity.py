"""Content-derived ids: the thread that joins a citation to its document and an adapter to its examples.

| id | hashes |
| --- | --- |
| document | source name, uri |
| version | document id, digest of the stored text |
| passage | version id, start, end |
| example | its canonical JSON without the id |
| dataset | the sorted ids of its examples with their split |
| adapter | dataset id, base digest, recipe, seed |

An id is a short prefix that says what it names, and 32 hexadecimal digits (128 bits of SHA-256).
"""

import hashlib
import json
from collections.abc import Iterable


def digest(data: bytes | str) -> str:
    """SHA-256 of `data` (text as UTF-8), 64 hexadecimal digits."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def identify(prefix: str, parts: Iterable[object]) -> str:
    """`prefix`, an underscore and 128 bits over `parts` as canonical JSON, so ("ab", "c") != ("a", "bc")."""
    canonical = json.dumps(list(parts), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{prefix}_{digest(canonical)[:32]}"


def document_id(source: str, uri: str) -> str:
    """The same file of the same source keeps its id through every version."""
    return identify("doc", (source, uri))


def version_id(document: str, text_digest: str) -> str:
    """A document whose stored text is unchanged is the same version."""
    return identify("ver", (document, text_digest))


def passage_id(version: str, start: int, end: int) -> str:
    """A span of one version's stored text."""
    return identify("psg", (version, start, end))
