"""Real sources of every kind whose documents can be changed from outside, for timing how soon search sees it.

A kind is a row of KINDS: its name, and what opens a Site of it. What cannot be opened here raises LookupError.
Where a kind has no permissions of its own, `closed_by` is None and readers are changed as a user would, by adding the
location again with others.
"""

import imaplib
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from html import escape
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any
from zipfile import ZipFile
from zlib import crc32

from sqlalchemy import Engine, create_engine, text

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

import dovecot_server
import postgres_server
import s3_server
from git_repositories import GitRepository
from web_server import Reply, serving

OPEN, CLOSED = "group:staff", "group:hr"
"""Who may read a document at first, and after its permission has changed."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """One source: how it is added, and how a document of it is changed there."""

    location: str
    put: Callable[[str, str], None]
    """Insert or update the document of this name with this text."""
    remove: Callable[[str], None]
    closed_by: Callable[[str, str], None] | None = None
    """Give the document of this name these readers."""
    options: Mapping[str, str] = field(default_factory=dict)
    kind: str | None = None
    is_watched: bool = False


@contextmanager
def folder(place: Path) -> Iterator[Site]:
    """Files, each in a folder of its own with its `.readers`."""

    def put(name: str, words: str) -> None:
        (place / name).mkdir(parents=True, exist_ok=True)
        (place / name / "page.md").write_text(words)

    def remove(name: str) -> None:
        (place / name / "page.md").unlink()
        (place / name / ".readers").unlink(missing_ok=True)

    yield Site(
        location=str(place),
        put=put,
        remove=remove,
        closed_by=lambda name, readers: _written(place / name / ".readers", readers),
    )


@contextmanager
def watched_folder(place: Path) -> Iterator[Site]:
    """The same, seen by `wellread sync --watch`."""
    with folder(place) as site:
        yield Site(
            location=site.location,
            put=site.put,
            remove=site.remove,
            closed_by=site.closed_by,
            is_watched=True,
        )


@contextmanager
def git(place: Path) -> Iterator[Site]:
    """A repository, a commit for each change; it is timed from the commit on."""
    if which("git") is None:
        raise LookupError("git is not here: apt-get install git")
    repository = GitRepository(place / "docs")

    def put(name: str, words: str) -> None:
        repository.write(f"{name}/page.md", words)
        repository.commit()

    def remove(name: str) -> None:
        repository.git("rm", "-r", "--quiet", name)
        repository.commit()

    def close(name: str, readers: str) -> None:
        repository.write(f"{name}/.readers", readers)
        repository.commit()

    yield Site(location=repository.address, put=put, remove=remove, closed_by=close)


@contextmanager
def web(place: Path) -> Iterator[Site]:
    """A site of linked pages with ETags, asked without a pause between requests."""
    with serving() as server:
        pages: dict[str, str] = {}

        def publish() -> None:
            server.links("/", *(f"/{name}" for name in pages))
            for name, words in pages.items():
                server.page(f"/{name}", f"<p>{escape(words)}</p>", ETag=f'"{hash(words)}"')

        def put(name: str, words: str) -> None:
            pages[name] = words
            publish()

        def remove(name: str) -> None:
            del pages[name]
            server.pages.pop(f"/{name}")
            publish()

        publish()
        options = {"allow_private": server.allowed, "delay": "0"}
        yield Site(location=f"{server.address}/", put=put, remove=remove, options=options)


@contextmanager
def feed(place: Path) -> Iterator[Site]:
    """An RSS feed; what it drops is removed (`keep=0`)."""
    with serving() as server:
        entries: dict[str, str] = {}

        def publish() -> None:
            items = "".join(
                f'<item><guid isPermaLink="false">{name}</guid><title>{name}</title>'
                f"<description>{escape(words)}</description></item>"
                for name, words in entries.items()
            )
            body = (
                f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'
            )
            server.pages["/feed"] = Reply(body, "application/rss+xml")

        def put(name: str, words: str) -> None:
            entries[name] = words
            publish()

        def remove(name: str) -> None:
            del entries[name]
            publish()

        publish()
        options = {"allow_private": server.allowed, "delay": "0", "keep": "0"}
        yield Site(location=f"feed:{server.address}/feed", put=put, remove=remove, options=options)


@contextmanager
def s3(place: Path) -> Iterator[Site]:
    """A bucket whose objects name their readers in a tag."""
    if find_spec("moto") is None:
        raise LookupError("moto is not here: pip install 'moto[server]'")
    with s3_server.running() as storage:
        bucket = storage.empty_bucket()
        os.environ["WELLREAD_SECRET_S3"] = f"{s3_server.ACCESS_KEY}:{s3_server.SECRET_KEY}"

        def close(name: str, readers: str) -> None:
            tags = {"TagSet": [{"Key": "readers", "Value": readers}]}
            storage.boto.put_object_tagging(Bucket=bucket, Key=f"{name}.md", Tagging=tags)

        def put(name: str, words: str) -> None:
            storage.boto.put_object(Bucket=bucket, Key=f"{name}.md", Body=words, Tagging=f"readers={OPEN}")

        yield Site(
            location=f"s3://{bucket}",
            put=put,
            remove=lambda name: storage.boto.delete_object(Bucket=bucket, Key=f"{name}.md"),
            closed_by=close,
            options={"endpoint": storage.endpoint, "readers": "tag:readers"},
        )


@contextmanager
def rows(place: Path) -> Iterator[Site]:
    """A list of records with their readers, exported anew for each change."""
    records: dict[str, dict[str, str]] = {}
    with _exported(place, lambda: [*records.values()]) as (file, export):

        def put(name: str, words: str) -> None:
            records[name] = {"id": name, "text": words, "readers": OPEN}
            export()

        def close(name: str, readers: str) -> None:
            records[name]["readers"] = readers
            export()

        def remove(name: str) -> None:
            del records[name]
            export()

        yield Site(location=str(file), put=put, remove=remove, closed_by=close, kind="rows")


@contextmanager
def zendesk(place: Path) -> Iterator[Site]:
    """Tickets with one comment, exported anew for each change."""
    texts: dict[str, str] = {}

    def ticket(name: str) -> dict[str, Any]:
        return {
            "id": crc32(name.encode()),
            "subject": name,
            "comments": [{"public": True, "body": texts[name]}],
        }

    with _exported(place, lambda: {"tickets": [*map(ticket, texts)]}) as (file, export):
        yield _told(texts, export, str(file), "zendesk")


@contextmanager
def jira(place: Path) -> Iterator[Site]:
    """Issues, exported anew for each change."""
    texts: dict[str, str] = {}

    def issue(name: str) -> dict[str, Any]:
        return {"key": name, "fields": {"summary": name, "description": texts[name]}}

    with _exported(place, lambda: {"issues": [*map(issue, texts)]}) as (file, export):
        yield _told(texts, export, str(file), "jira")


@contextmanager
def slack(place: Path) -> Iterator[Site]:
    """Public channels with one message each, exported anew for each change."""
    texts: dict[str, str] = {}

    def export() -> None:
        channels = [{"id": name, "name": name, "members": []} for name in texts]
        with ZipFile(place / "beside", "w") as packed:
            packed.writestr("users.json", "[]")
            packed.writestr("channels.json", json.dumps(channels))
            for name, words in texts.items():
                message = {"type": "message", "text": words, "ts": "1783417465.000200"}
                packed.writestr(f"{name}/2026-07-07.json", json.dumps([message]))
        (place / "beside").replace(place / "slack.zip")

    place.mkdir(parents=True)
    export()
    yield _told(texts, export, str(place / "slack.zip"), "slack")


@contextmanager
def _exported(place: Path, told: Callable[[], object]) -> Iterator[tuple[Path, Callable[[], None]]]:
    """A file with what is told, and what writes it anew beside and puts it in its place."""
    place.mkdir(parents=True)

    def export() -> None:
        (place / "beside").write_text(json.dumps(told()))
        (place / "beside").replace(place / "export.json")

    export()
    yield place / "export.json", export


def _told(texts: dict[str, str], export: Callable[[], None], location: str, kind: str) -> Site:
    def put(name: str, words: str) -> None:
        texts[name] = words
        export()

    def remove(name: str) -> None:
        del texts[name]
        export()

    return Site(location=location, put=put, remove=remove, kind=kind)


@contextmanager
def imap(place: Path) -> Iterator[Site]:
    """A mailbox; a message is updated by another in its stead."""
    with dovecot_server.running() as server:
        login = "keeper"
        os.environ["WELLREAD_SECRET_IMAP"] = server.password

        @contextmanager
        def session() -> Iterator[imaplib.IMAP4]:
            client = imaplib.IMAP4("127.0.0.1", server.port)
            client.authenticate("PLAIN", lambda _: f"\0{login}\0{server.password}".encode())
            client.select("INBOX")
            try:
                yield client
            finally:
                client.logout()

        def gone(client: imaplib.IMAP4, name: str) -> None:
            _, [found] = client.search(None, "SUBJECT", f'"{name} "')
            if found:
                client.store(found.decode().replace(" ", ","), "+FLAGS", r"(\Deleted)")
                client.expunge()

        def put(name: str, words: str) -> None:
            with session() as client:
                gone(client, name)
                head = f"From: Ann <ann@example.org>\r\nSubject: {name} of today\r\n"
                client.append("INBOX", "", "", f"{head}\r\n{words}\r\n".encode())

        def remove(name: str) -> None:
            with session() as client:
                gone(client, name)

        location = f"imap://{login}@127.0.0.1:{server.port}"
        yield Site(location=location, put=put, remove=remove, options={"owner": "no"})


@contextmanager
def maildir(place: Path) -> Iterator[Site]:
    """A Maildir; a message is updated by another in its stead."""
    for name in ("cur", "new", "tmp"):
        (place / name).mkdir(parents=True)
    number = iter(range(1_000_000))

    def remove(name: str) -> None:
        for path in (place / "cur").glob(f"*.{name}.*"):
            path.unlink()

    def put(name: str, words: str) -> None:
        remove(name)
        head = (
            f"From: Ann <ann@example.org>\nSubject: {name}\nMessage-ID: <{name}.{next(number)}@example.org>\n"
        )
        _written(place / "cur" / f"{next(number)}.{name}.here:2,S", f"{head}\n{words}\n")

    yield Site(location=str(place), put=put, remove=remove, kind="mailbox")


@contextmanager
def sqlite(place: Path) -> Iterator[Site]:
    """A table of a SQLite file with a column of readers."""
    place.mkdir(parents=True)
    file = place / "notes.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE notes (uri TEXT PRIMARY KEY, text TEXT, readers TEXT)")
    with closing_engine(f"sqlite:///{file}") as engine:
        yield _table(f"sqlite:///{file}", engine)


@contextmanager
def postgresql(place: Path) -> Iterator[Site]:
    """The same on a PostgreSQL server."""
    with postgres_server.running() as server:
        url = server.empty_database("notes").render_as_string(hide_password=False)
        with closing_engine(url) as engine:
            with engine.begin() as connection:
                connection.execute(text("CREATE TABLE notes (uri TEXT PRIMARY KEY, text TEXT, readers TEXT)"))
            yield _table(url.replace("+psycopg", ""), engine)


@contextmanager
def closing_engine(url: str) -> Iterator[Engine]:
    """Connections that are let go of at the end."""
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _table(location: str, engine: Engine) -> Site:
    def run(statement: str, **values: str) -> None:
        with engine.begin() as connection:
            connection.execute(text(statement), values)

    def put(name: str, words: str) -> None:
        run(
            "INSERT INTO notes VALUES (:name, :words, :readers) ON CONFLICT (uri) DO UPDATE SET text = :words",
            name=name,
            words=words,
            readers=OPEN,
        )

    return Site(
        location=location,
        put=put,
        remove=lambda name: run("DELETE FROM notes WHERE uri = :name", name=name),
        closed_by=lambda name, readers: run(
            "UPDATE notes SET readers = :readers WHERE uri = :name", name=name, readers=readers
        ),
        options={"query": "SELECT uri, text, readers FROM notes"},
    )


def _written(path: Path, content: str) -> None:
    path.write_text(content)


KINDS: Mapping[str, Callable[[Path], AbstractContextManager[Site]]] = {
    "folder": folder,
    "folder, watched": watched_folder,
    "git": git,
    "web": web,
    "feed": feed,
    "s3": s3,
    "rows": rows,
    "slack": slack,
    "zendesk": zendesk,
    "jira": jira,
    "imap": imap,
    "maildir": maildir,
    "sql, SQLite": sqlite,
    "sql, PostgreSQL": postgresql,
}
"""Every kind that is timed; another is another row."""
