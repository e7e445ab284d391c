"""A site, the source over it, and a catalogue that it is synchronised into."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from synchronising import STAFF, listing
from web_server import Reply, WebServer

from wellread.catalogue import Catalogue
from wellread.ingest.sources.http.client import HttpClient
from wellread.ingest.sources.http.network_addresses import endpoints
from wellread.ingest.sources.kind import Place
from wellread.ingest.sources.protocol import Item
from wellread.ingest.sources.web.source import WebSource
from wellread.ingest.sync import synchronise
from wellread.records.identity import document_id
from wellread.records.knowledge import SyncReport


def place(
    site: WebServer,
    path: str = "/",
    memory: Mapping[str, Any] | None = None,
    secret: str | None = None,
    **options: str,
) -> Place:
    return Place(
        location=f"{site.address}{path}",
        readers=STAFF,
        options={"allow_private": site.allowed, "delay": "0", **options},
        memory=memory or {},
        secret=secret,
    )


def open_site(
    site: WebServer,
    path: str = "/",
    memory: Mapping[str, Any] | None = None,
    secret: str | None = None,
    **options: str,
) -> WebSource:
    """A source that does not wait before it asks again."""
    at = place(site, path, memory, secret, **options)
    client = HttpClient(site.address, allow_private=endpoints(site.allowed), pause=0, sleep=lambda _: None)
    return WebSource(at, client)


def listed(source: WebSource) -> list[str]:
    """The paths of a complete listing."""
    return [item.uri.split("/", 3)[3] for item in source.items()]


def collect(source: WebSource) -> tuple[dict[str, Item], str]:
    """What is listed, by path, and why that is not all."""
    found, problem = listing(source)
    return {item.uri.split("/", 3)[3]: item for item in found}, problem


class Synchronised:
    """A site, and the catalogue that knows it."""

    def __init__(self, site: WebServer, catalogue: Catalogue) -> None:
        self.site = site
        self.knowledge = catalogue.knowledge
        self.knowledge.add_source("site", "web", site.address, STAFF, "ann")

    def sync(self, **options: str) -> SyncReport:
        with closing(open_site(self.site, memory=self.knowledge.remembered("site"), **options)) as source:
            self.site.forget()
            return synchronise(source, self.knowledge, name="site", actor="ann")

    def documents(self) -> dict[str, frozenset[str]]:
        states = self.knowledge.states("site").values()
        return {
            uri.removeprefix(f"{self.site.address}/"): document.readers
            for item in states
            for uri, document in item.documents.items()
        }

    def text(self, path: str) -> str:
        return self.knowledge.document(document_id("site", f"{self.site.address}{path}")).text


def tagged(body: str, tag: str) -> Reply:
    return Reply(body, headers={"ETag": tag})


def sitemap(site: WebServer, *paths: str, kind: str = "urlset") -> str:
    inner = "url" if kind == "urlset" else "sitemap"
    entries = "".join(
        f"<{inner}><loc>\n{site.address}{path}</loc><lastmod>2026-01-01</lastmod></{inner}>" for path in paths
    )
    return (
        f'<?xml version="1.0"?><{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</{kind}>'
    )
