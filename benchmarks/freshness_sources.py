"""Real sources of every kind whose documents can be changed from outside, for timing how soon search sees it.

A kind is a row of KINDS: its name, and what opens a Site of it. What cannot be opened here raises LookupError.
Where a kind has no permissions of its own, `closed_by` is None and readers are changed as a user would, by adding the
location again with others.
"""

import imaplib
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from shutil import which

from sqlalchemy import Engine, create_engine, text

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

import dovecot_server
import postgres_server
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
    "imap": imap,
    "maildir": maildir,
    "sql, SQLite": sqlite,
    "sql, PostgreSQL": postgresql,
}
"""Every kind that is timed; another is another row."""
