"""The columns of both datasets.

An entry has a serial number, given once in a generation. Postings name entries by it, so a change of readers rewrites
an entry's row and leaves the postings alone, and postings of entries that are gone point to nothing.
"""

import pyarrow as pa

POSTINGS = pa.schema(
    [
        pa.field("term", pa.string()),
        pa.field("serials", pa.list_(pa.field("item", pa.uint32()))),
        pa.field("counts", pa.list_(pa.field("item", pa.uint32()))),
    ]
)
"""One row for each term of a segment, in the order of terms: which entries have it, ascending, and how often."""

MOST_SERIALS = 2**32 - 1

TEXTS = ["title", "heading", "name", "text"]
IN_MEMORY = ["key", "serial", "words", "audience", "scale", "codes"]
"""What a process that searches holds of every entry."""


def entries(dimensions: int) -> pa.Schema:
    """One row for each entry."""
    return pa.schema(
        [
            pa.field("key", pa.int64()),
            pa.field("serial", pa.uint32()),
            pa.field("audience", pa.string()),  # JSON: a sorted list of principals, so equal ones are equal
            pa.field("words", pa.uint32()),  # how many terms it has, each as often as it has it
            *(pa.field(name, pa.string()) for name in TEXTS),
            pa.field("scale", pa.float32()),
            pa.field("codes", pa.list_(pa.int8(), dimensions)),  # codes * scale ~ vector
            pa.field("vector", pa.list_(pa.float32(), dimensions)),
        ]
    )
