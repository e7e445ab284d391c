"""What is known of each item of a source, as a synchronisation compares it with what the source lists."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection, select

from wellread.catalogue.schema import documents, holds, items, readers
from wellread.records.knowledge import DocumentState, ItemState
from wellread.records.people import Principal
from wellread.records.quarantine import Verdict


def item_states(connection: Connection, source: str) -> dict[str, ItemState]:
    """By the item's uri; a document that was put without its item has an ItemState without a stamp."""
    held = _documents(connection, source)
    verdicts = _verdicts(connection, source)
    states = {uri: ItemState(uri=uri, documents=those) for uri, those in held.items()}
    for row in connection.execute(select(items).where(items.c.source == source)):
        states[row.uri] = ItemState(
            uri=row.uri,
            stamp=row.stamp,
            content_digest=row.content_digest,
            failed_stamp=row.failed_stamp,
            error=row.error,
            grounds=row.grounds,
            verdicts=verdicts.get(row.uri, {}),
            documents=held.get(row.uri, {}),
        )
    return states


def _documents(connection: Connection, source: str) -> Mapping[str, dict[str, DocumentState]]:
    """Those of each item, by their uri."""
    columns = documents.c
    of_source = select(columns.id, columns.uri, columns.item, columns.version).where(columns.source == source)
    permitted = (
        select(readers.c.document, readers.c.principal)
        .join(documents, columns.id == readers.c.document)
        .where(columns.source == source)
    )
    rows = connection.execute(of_source).all()
    principals: dict[str, set[Principal]] = {row.id: set() for row in rows}
    for document, principal in connection.execute(permitted):
        principals[document].add(principal)
    found: dict[str, dict[str, DocumentState]] = defaultdict(dict)
    for row in rows:
        found[row.item or row.uri][row.uri] = DocumentState(
            id=row.id, version=row.version, readers=frozenset(principals[row.id])
        )
    return found


def _verdicts(connection: Connection, source: str) -> Mapping[str, dict[str, Verdict]]:
    """Those on each item, by the digest of its bytes."""
    found: dict[str, dict[str, Verdict]] = defaultdict(dict)
    for row in connection.execute(select(holds).where(holds.c.source == source)):
        found[row.uri][row.digest] = row.state
    return found
