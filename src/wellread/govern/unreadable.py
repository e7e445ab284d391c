"""Items of a source that could not be read, for those only who may know of them.

The readers of a file that was never read are not in the catalogue. They are told by what is: an earlier version of it;
or, in a source whose permissions are its folders' (`.readers` files), the documents in the same folder; or, in a source
without permissions of its own, the source. Whatever remains is counted and not named.
"""

from collections.abc import Mapping

from wellread.records.knowledge import ItemState, SourceRecord
from wellread.records.people import Principal
from wellread.records.quality import Concerned, Finding

_BY_FOLDER = frozenset({"folder", "git"})
_BY_SOURCE = frozenset({"web", "feed"})


def unreadable(
    source: SourceRecord, states: Mapping[str, ItemState], held: frozenset[Principal]
) -> tuple[list[Finding], int]:
    """A finding for each failed item that somebody who holds `held` may know of, and how many others there are."""
    readers_by_folder = _by_folder(states)
    found: list[Finding] = []
    hidden = 0
    for state in states.values():
        if not state.error:
            continue
        if all(
            readers & held for readers in _readers(source, state, readers_by_folder) or [frozenset[str]()]
        ):
            found.append(_finding(source, state))
        else:
            hidden += 1
    return found, hidden


def _by_folder(states: Mapping[str, ItemState]) -> dict[str, set[frozenset[Principal]]]:
    folders: dict[str, set[frozenset[Principal]]] = {}
    for state in states.values():
        for one in state.documents.values():
            folders.setdefault(_folder(state.uri), set()).add(one.readers)
    return folders


def _readers(
    source: SourceRecord, state: ItemState, folders: Mapping[str, set[frozenset[Principal]]]
) -> list[frozenset[Principal]]:
    """Lists of readers, of each of which one must be held; none where nothing is known."""
    if state.documents:
        return [one.readers for one in state.documents.values()]
    if source.kind in _BY_SOURCE:
        return [source.readers]
    if source.kind in _BY_FOLDER and "permissions" not in source.options:
        return list(folders.get(_folder(state.uri), ()))
    return []


def _folder(uri: str) -> str:
    return uri.rpartition("/")[0]


def _finding(source: SourceRecord, state: ItemState) -> Finding:
    there = len(state.documents)
    return Finding(
        kind="unreadable",
        confidence="certain",
        documents=(
            Concerned(
                document="",
                title=state.uri.rpartition("/")[2],
                uri=state.uri,
                source=source.name,
                modified="",
            ),
        ),
        because=f"It could not be read: {state.error}.".replace("..", "."),
        advice="Mend it or save it anew, then run `wellread sync`."
        + (
            " Until then what was read of it earlier answers." if there else " Until then it answers nothing."
        ),
    )
