"""A feed's entry as a page of its own."""

from html import escape

from wellread.ingest.sources.feed.entries import Entry


def page_of(entry: Entry) -> bytes:
    """HTML of title, authors, date, link and text. The text comes last, so that what it leaves open hides nothing."""
    title = escape(entry.title or entry.link or entry.uri)
    about = [
        f"<p>By {escape(', '.join(entry.authors))}</p>" if entry.authors else "",
        f"<p>{escape(entry.modified[:10])}</p>" if entry.modified else "",
        f'<p><a href="{escape(entry.link)}">{escape(entry.link)}</a></p>' if entry.link else "",
    ]
    return (
        f'<!doctype html>\n<html><head><meta charset="utf-8"><title>{title}</title></head>\n'
        f"<body><h1>{title}</h1>\n{''.join(about)}\n<article>{entry.body}</article></body></html>\n"
    ).encode("utf-8", "replace")
