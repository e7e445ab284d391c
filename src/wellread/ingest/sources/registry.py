"""From what a user writes to the source of its kind.

| kind | a location of it |
| --- | --- |
| git | `git+https://...`, an address that ends in `.git`, `git@host:path` |
| feed | `feed:https://...` |
| imap | `imaps://user@host/Folder` |
| s3 | `s3://bucket/prefix` |
| sql | `postgresql://user@host/name`, `sqlite:///path` and other addresses of databases |
| web | `https://...`, `http://...` |
| slack | a folder or zip with channels.json and users.json |
| zendesk, jira, rows | a file, folder or zip; never by its form, so name the kind |
| mailbox | an mbox file or a Maildir folder |
| folder | a path, where no other kind is meant |

A kind of one's own is named `package.module:maker`, where `maker` takes a Place and gives a Source.
"""

from collections.abc import Callable, Mapping
from importlib import import_module

from wellread.errors import UsageError
from wellread.ingest.sources.kind import Kind, Place
from wellread.ingest.sources.protocol import Source
from wellread.records.history import OPTION, History

KINDS = ("git", "feed", "imap", "s3", "sql", "web", "slack", "mailbox", "zendesk", "jira", "rows", "folder")
"""Each has a folder of its name here, with a `KIND` in its source.py. The first that recognises a location has it."""
DEFAULT = "folder"


def load(name: str) -> Kind:
    """The kind called `name`; its module is imported when it is first wanted. Raises UsageError: there is none."""
    if name not in KINDS:
        raise UsageError(
            f"{name!r} is not a kind of source: it is one of {', '.join(KINDS)}, or package.module:maker"
        )
    found: Kind = import_module(f"{__package__}.{name}.source").KIND
    return found


def is_same_source(kind: str, known: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Whether two sets of options, at one location, mean one source: those that its kind tells sources apart by."""
    told = () if ":" in kind else load(kind).identity
    return all(known.get(name, "").strip() == wanted.get(name, "").strip() for name in told)


def kind_of(location: str) -> str:
    """The kind that a location is of, by its form."""
    return next((name for name in KINDS if load(name).recognises(location)), DEFAULT)


def open_source(kind: str, place: Place) -> Source:
    """The source at `place`. Nothing is reached before it is listed.

    Raises UsageError: no such kind, an option that it does not take or a value that it may not have.
    """
    History.parse(place.options)
    if ":" in kind:
        return _own(kind)(place)
    found = load(kind)
    for name in place.options:
        if name not in found.options and name != OPTION:
            known = ", ".join((*found.options, OPTION))
            raise UsageError(f"a source of the kind {kind} takes no option {name!r}: its options are {known}")
    return found.make(place)


def _own(kind: str) -> Callable[[Place], Source]:
    module, _, name = kind.partition(":")
    try:
        maker: Callable[[Place], Source] = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise UsageError(
            f"the kind {kind!r} cannot be opened ({error}): name an installed package.module:maker"
        ) from error
    return maker
