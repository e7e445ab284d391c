"""What an embedder is given of a passage."""

from wellread.records.knowledge import Entry


def embedded_text(entry: Entry) -> str:
    """What is embedded of a passage: where it stands, then its words."""
    return text_of(entry.title, entry.heading, entry.text)


def text_of(title: str, heading: str, text: str) -> str:
    """`embedded_text`, of a passage that is no entry yet."""
    above = " > ".join(part for part in dict.fromkeys((title, heading)) if part)
    return f"{above}\n{text}" if above else text
