"""What stored turns took from documents: it is shown, and kept, no longer than the documents themselves.

A turn holds statements with citations, and grounds: the documents that its question was completed with. Both name a
version. They are kept as long as the catalogue keeps that version's text, and shown to whoever may read its document.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, delete, exists, not_, or_, select, update

from wellread.catalogue.past_reading import readable_now_or_last
from wellread.catalogue.permissions import portions
from wellread.catalogue.schema import editions, versions
from wellread.catalogue.schema_conversations import turn_citations, turn_grounds, turn_statements, turns
from wellread.catalogue.transaction import Transaction
from wellread.records.people import Principal


def shown(
    document: ColumnElement[str], version: ColumnElement[str], principals: frozenset[Principal]
) -> ColumnElement[bool]:
    """That `principals` may see today what a turn took from this version."""
    return and_(readable_now_or_last(document, principals), _kept(version))


def withdraw(transaction: Transaction, documents: Sequence[str]) -> None:
    """Delete what turns took from versions of `documents` whose text is not kept any more, whosever turns they are.

    A statement goes as a whole, with its other citations: it may have been worded from both.
    """
    for part in portions(documents):
        _withdraw_statements(transaction, part)
        _withdraw_questions(transaction, part)


def _withdraw_statements(transaction: Transaction, documents: Sequence[str]) -> None:
    cited, said = turn_citations.c, turn_statements.c
    gone = (
        select(cited.conversation, cited.turn, cited.statement)
        .where(cited.document.in_(documents), not_(_kept(cited.version)))
        .distinct()
    )
    for conversation, turn, statement in transaction.connection.execute(gone).all():
        of_statement = and_(
            cited.conversation == conversation, cited.turn == turn, cited.statement == statement
        )
        this = and_(said.conversation == conversation, said.turn == turn, said.position == statement)
        transaction.connection.execute(delete(turn_citations).where(of_statement))
        transaction.connection.execute(update(turn_statements).where(this).values(text=None))


def _withdraw_questions(transaction: Transaction, documents: Sequence[str]) -> None:
    used = turn_grounds.c
    gone = (
        select(used.conversation, used.turn)
        .where(used.document.in_(documents), not_(_kept(used.version)))
        .distinct()
    )
    for conversation, turn in transaction.connection.execute(gone).all():
        of_turn = and_(used.conversation == conversation, used.turn == turn)
        this = and_(turns.c.conversation == conversation, turns.c.number == turn)
        transaction.connection.execute(delete(turn_grounds).where(of_turn))
        transaction.connection.execute(
            update(turns).where(this).values(resolved=None, asking=None, missing=None)
        )


def _kept(version: ColumnElement[str]) -> ColumnElement[bool]:
    return or_(
        exists(select(versions.c.id).where(versions.c.id == version)),
        exists(select(editions.c.version).where(editions.c.version == version)),
    )
