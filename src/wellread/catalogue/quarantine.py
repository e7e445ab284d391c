"""Versions of items that failed a check, and what people decided on them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from wellread.catalogue.database import Database
from wellread.catalogue.permissions import portions
from wellread.catalogue.schema import holds, items
from wellread.catalogue.transaction import Transaction, now
from wellread.errors import NotFoundError, UsageError
from wellread.records.identity import document_id
from wellread.records.quarantine import Hold, Verdict


class Quarantine:
    """What waits for a decision. A verdict holds for one digest of bytes, and ends with the item."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def held(self, source: str | None = None) -> list[Hold]:
        """What waits, of one source or of all, by source and uri."""
        statement = select(holds).where(holds.c.state == "held").order_by(holds.c.source, holds.c.uri)
        if source is not None:
            statement = statement.where(holds.c.source == source)
        with self._database.read() as connection:
            return [_hold(row) for row in connection.execute(statement)]

    def history(self, source: str, uri: str) -> list[Hold]:
        """Every version of an item that failed a check, the latest first, with the verdicts. Raises NotFoundError."""
        statement = select(holds).where(_of(source, uri)).order_by(holds.c.since.desc(), holds.c.digest)
        with self._database.read() as connection:
            found = [_hold(row) for row in connection.execute(statement)]
        if not found:
            raise _nothing(source, uri)
        return found

    def decide(
        self, source: str, uri: str, verdict: Verdict, *, why: str, actor: str, digest: str = ""
    ) -> Hold:
        """Release or delete what is held of an item; `digest`, where given, must begin that of what is held, so that
        nobody decides on other bytes than they saw.

        What is released is read at the next synchronisation. What is deleted is passed over while its bytes stay the
        same; it can be released later. Raises NotFoundError, UsageError (no reason; other bytes).
        """
        if not why.strip():
            raise UsageError("no reason is given: say why, for the audit log")
        with self._database.write() as transaction:
            one = self._current(source, uri, verdict)
            if not one.digest.startswith(digest):
                raise UsageError(
                    f"{uri} of {source} is now {one.digest[:12]}, not {digest[:12]}: look at it again first"
                )
            this = _of(source, uri) & (holds.c.digest == one.digest)
            values = {"state": verdict, "decided": now(), "decided_by": actor, "why": why.strip()}
            transaction.connection.execute(update(holds).where(this).values(values))
            of_item = (items.c.source == source) & (items.c.uri == uri)
            # What is released is read again whatever it looks like; what is deleted is no trouble any more.
            left = {"error": ""} if verdict == "deleted" else {"error": "", "failed_stamp": "", "stamp": ""}
            transaction.connection.execute(update(items).where(of_item).values(left))
            detail = {"source": source, "uri": uri, "digest": one.digest, "reason": why.strip()}
            transaction.record(actor, f"item.{verdict}", document_id(source, uri), detail)
            row = transaction.connection.execute(select(holds).where(this)).one()
        return _hold(row)

    def _current(self, source: str, uri: str, verdict: Verdict) -> Hold:
        """What is held now; for a release also what was deleted last."""
        known = self.history(source, uri)
        open_to = ("held", "deleted") if verdict == "released" else ("held",)
        for state in open_to:
            for one in known:
                if one.verdict == state:
                    return one
        raise _nothing(source, uri)


def write_hold(transaction: Transaction, hold: Hold, actor: str) -> None:
    """Hold these bytes of an item, in place of what was held of it before."""
    connection = transaction.connection
    this = _of(hold.source, hold.uri) & (holds.c.digest == hold.digest)
    known: str | None = connection.execute(select(holds.c.reason).where(this)).scalar()
    drop_held(transaction, hold.source, [hold.uri], but=hold.digest)
    if known == hold.reason:
        return
    if known is None:
        connection.execute(insert(holds), _row(hold))
    else:
        connection.execute(update(holds).where(this).values(reason=hold.reason))
    detail = {"source": hold.source, "uri": hold.uri, "digest": hold.digest, "reason": hold.reason}
    transaction.record(actor, "item.held", document_id(hold.source, hold.uri), detail)


def drop_held(transaction: Transaction, source: str, uris: Sequence[str], but: str = "") -> None:
    """Items have other bytes now, or they pass: what was held of them waits no longer."""
    waiting = (holds.c.source == source) & (holds.c.state == "held") & (holds.c.digest != but)
    for part in portions(uris):
        transaction.connection.execute(delete(holds).where(waiting & holds.c.uri.in_(part)))


def forget_holds(transaction: Transaction, source: str, uri: str) -> None:
    """The item is gone, and with it every verdict."""
    transaction.connection.execute(delete(holds).where(_of(source, uri)))


def _of(source: str, uri: str) -> ColumnElement[bool]:
    return (holds.c.source == source) & (holds.c.uri == uri)


def _nothing(source: str, uri: str) -> NotFoundError:
    return NotFoundError(f"nothing is held of {uri!r} in {source!r}: see `wellread quarantine`")


def _row(hold: Hold) -> dict[str, str]:
    row = asdict(hold)
    row["state"] = row.pop("verdict")
    return row


def _hold(row: Row[Any]) -> Hold:
    return Hold(
        source=row.source,
        uri=row.uri,
        digest=row.digest,
        reason=row.reason,
        verdict=row.state,
        since=row.since,
        decided=row.decided,
        decided_by=row.decided_by,
        why=row.why,
    )
