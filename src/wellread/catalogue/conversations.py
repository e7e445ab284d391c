"""Conversations: each is one person's, and for everybody else it does not exist."""

from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from wellread.catalogue.conversation_rows import TakenRows, forget, forget_conversations, storable, write
from wellread.catalogue.database import Database
from wellread.catalogue.people import People
from wellread.catalogue.quoted import shown
from wellread.catalogue.schema_conversations import (
    conversations,
    turn_citations,
    turn_grounds,
    turn_statements,
    turns,
)
from wellread.catalogue.transaction import Transaction, now
from wellread.errors import NotFoundError
from wellread.records.people import Principal
from wellread.records.turns import Conversation, Turn

LONGEST_TITLE = 80
"""Characters."""


class Conversations:
    """Every question and every change names the person. The audit log gets ids and counts, never what was said."""

    def __init__(self, database: Database, people: People) -> None:
        self._database = database
        self._people = people

    def begin(self, person: str, turn: Turn) -> str:
        """A new conversation with its first turn; returns its id. Raises NotFoundError (no such person)."""
        identifier, title = f"cnv_{token_hex(16)}", " ".join(storable(turn.question).split())
        with self._database.write() as transaction:
            self._people.person(person)
            moment = now()
            row = {
                "id": identifier,
                "person": person,
                "title": title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…",
                "started": moment,
                "changed": moment,
            }
            transaction.connection.execute(insert(conversations), row)
            transaction.record(person, "conversation.begun", identifier, {})
            _add(transaction, person, identifier, turn)
        return identifier

    def add(self, conversation: str, person: str, turn: Turn) -> int:
        """One more turn, all of it or nothing; returns its number. Raises NotFoundError."""
        with self._database.write() as transaction:
            _known(transaction.connection, conversation, person)
            return _add(transaction, person, conversation, turn)

    def conversation(self, conversation: str, person: str) -> Conversation:
        """Raises NotFoundError."""
        with self._database.read() as connection:
            return _known(connection, conversation, person)

    def turns(self, conversation: str, person: str, last: int | None = None) -> list[Turn]:
        """Its turns, or the `last` of them, from the earliest on, with what the person may read today and no more.

        A statement that rests on something else stands there as `records.turns.WITHHELD`. Raises NotFoundError.
        """
        held = self._people.principals(person)
        with self._database.read() as connection:
            _known(connection, conversation, person)
            of_it = select(turns).where(turns.c.conversation == conversation)
            rows = connection.execute(of_it.order_by(turns.c.number.desc()).limit(last)).all()
            taken = _taken(connection, conversation, min((row.number for row in rows), default=0), held)
        return [taken.turn(row) for row in reversed(rows)]

    def of(self, person: str) -> list[Conversation]:
        """Those of a person, the newest first; none of somebody who does not exist."""
        statement = _COUNTED.where(conversations.c.person == person)
        newest = statement.order_by(conversations.c.changed.desc(), conversations.c.id)
        with self._database.read() as connection:
            return [_conversation(row) for row in connection.execute(newest)]

    def delete(self, conversation: str, person: str) -> None:
        """Delete one with all its turns. Raises NotFoundError."""
        with self._database.write() as transaction:
            _known(transaction.connection, conversation, person)
            forget(transaction, [conversation])
            transaction.record(person, "conversation.deleted", conversation, {})

    def delete_all(self, person: str) -> int:
        """Delete all of a person; returns how many there were."""
        with self._database.write() as transaction:
            ids = forget_conversations(transaction, person)
            for one in ids:
                transaction.record(person, "conversation.deleted", one, {})
        return len(ids)


_COUNTED = select(
    conversations,
    select(func.count())
    .select_from(turns)
    .where(turns.c.conversation == conversations.c.id)
    .scalar_subquery()
    .label("length"),
)


def _add(transaction: Transaction, person: str, conversation: str, turn: Turn) -> int:
    of_it = select(func.max(turns.c.number)).where(turns.c.conversation == conversation)
    number = (transaction.connection.execute(of_it).scalar() or 0) + 1
    moment = now()
    write(transaction, conversation, number, moment, turn)
    this = update(conversations).where(conversations.c.id == conversation)
    transaction.connection.execute(this.values(changed=moment))
    transaction.record(person, "conversation.turn", conversation, {"turn": number})
    return number


def _known(connection: Connection, conversation: str, person: str) -> Conversation:
    """The same words whether it never was, was deleted or is somebody else's."""
    statement = _COUNTED.where(conversations.c.id == conversation, conversations.c.person == person)
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise NotFoundError(
            f"{person} has no conversation {conversation!r}: see `wellread conversations list --as {person}`"
        )
    return _conversation(row)


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        id=row.id,
        person=row.person,
        title=row.title,
        started=row.started,
        changed=row.changed,
        length=row.length,
    )


def _taken(
    connection: Connection, conversation: str, first: int, principals: frozenset[Principal]
) -> TakenRows:
    """What its turns from number `first` on took from documents, in order."""
    found = []
    for table in (turn_grounds, turn_statements, turn_citations):
        columns = table.c
        statement: Select[Any] = select(table).where(
            columns.conversation == conversation, columns.turn >= first
        )
        if table is not turn_statements:
            statement = statement.add_columns(
                shown(columns.document, columns.version, principals).label("shown")
            )
        found.append(connection.execute(statement.order_by(*table.primary_key.columns)).all())
    return TakenRows(*found)
