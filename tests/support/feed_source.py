"""A feed, the source over it, and a catalogue that it is synchronised into."""

from collections.abc import Mapping
from contextlib import closing
from html import escape
from pathlib import Path
from typing import Any

from synchronising import STAFF
from web_server import Reply, WebServer

from wellread.catalogue import Catalogue
from wellread.ingest.sources.feed.source import FeedSource
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.network_addresses import endpoints
from wellread.ingest.sources.kind import Place
from wellread.ingest.sync import synchronise
from wellread.records.identity import document_id
from wellread.records.knowledge import SyncReport


def place(
    site: WebServer, memory: Mapping[str, Any] | None = None, cache: Path | None = None, **options: str
) -> Place:
    return Place(
        location=f"feed:{site.address}/feed",
        readers=STAFF,
        options={"allow_private": site.allowed, "delay": "0", **options},
        memory=memory or {},
        cache=cache,
    )


def open_feed(
    site: WebServer, memory: Mapping[str, Any] | None = None, cache: Path | None = None, **options: str
) -> FeedSource:
    """A source that does not wait before it asks again."""
    client = HttpClient(site.address, allow_private=endpoints(site.allowed), pause=0, sleep=lambda _: None)
    return FeedSource(place(site, memory, cache, **options), client)


def rss(*entries: tuple[str, str], site: str = "https://news.example", **more: str) -> str:
    """A feed of guids with their texts, the newest first."""
    items = "".join(
        f'<item><guid isPermaLink="false">{name}</guid><title>{name}</title><link>{site}/{name}</link>'
        f"<description>{escape(text)}</description>{''.join(f'<{k}>{v}</{k}>' for k, v in more.items())}</item>"
        for name, text in entries
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'


class Synchronised:
    """A feed, and the catalogue that knows it."""

    def __init__(self, site: WebServer, catalogue: Catalogue, cache: Path) -> None:
        self.site = site
        self.knowledge = catalogue.knowledge
        self.cache: Path | None = cache
        self.knowledge.add_source("news", "feed", f"feed:{site.address}/feed", STAFF, "ann")

    def publish(self, *entries: tuple[str, str], tag: str = "") -> None:
        self.site.pages["/feed"] = Reply(
            rss(*entries, site=self.site.address), "application/rss+xml", headers={"ETag": tag} if tag else {}
        )

    def open(self, **options: str) -> FeedSource:
        return open_feed(self.site, self.knowledge.remembered("news"), self.cache, **options)

    def sync(self, full: bool = False, **options: str) -> SyncReport:
        self.site.forget()
        with closing(self.open(**options)) as source:
            return synchronise(source, self.knowledge, name="news", actor="ann", full=full)

    def documents(self) -> set[str]:
        return {uri for item in self.knowledge.states("news").values() for uri in item.documents}

    def text(self, uri: str) -> str:
        return self.knowledge.document(document_id("news", uri)).text
