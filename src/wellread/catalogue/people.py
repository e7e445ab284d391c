"""People and the groups they are in, directly or through groups inside groups."""

from collections.abc import Iterable

from sqlalchemy import Table, delete, insert, select

from wellread.catalogue.conversation_rows import forget_conversations
from wellread.catalogue.database import Database
from wellread.catalogue.schema import groups, memberships, nestings, people
from wellread.catalogue.transaction import Transaction
from wellread.errors import NotFoundError, UsageError
from wellread.records.people import EVERYONE, Person, Principal, principal

OPERATOR = "operator"
"""The actor when nobody is named: whoever runs the command line on this machine."""


class People:
    """Who exists and which principals they hold. A change holds for the next question asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_person(self, name: str, groups: Iterable[str] = (), actor: str = OPERATOR) -> Person:
        """Make the person and the groups if need be, and put the one into the others. Idempotent.

        Raises UsageError when a name holds a space, a comma or a colon.
        """
        principal(f"user:{name}")
        with self._database.write() as transaction:
            is_new = _ensure(transaction, people, {"name": name})
            joined = []
            for group in dict.fromkeys(groups):
                _ensure_group(transaction, group)
                if _ensure(transaction, memberships, {"person": name, "group": group}):
                    joined.append(group)
            if is_new:
                transaction.record(actor, "person.added", name, {"groups": joined})
            elif joined:
                transaction.record(actor, "person.joined", name, {"groups": joined})
            return self.person(name)

    def add_group(self, name: str, parents: Iterable[str] = (), actor: str = OPERATOR) -> None:
        """Make the group, inside `parents` (made if need be): its members are members of those too.
        Idempotent.

        Raises UsageError when that would put a group inside itself.
        """
        with self._database.write() as transaction:
            is_new = _ensure_group(transaction, name)
            entered = []
            for parent in dict.fromkeys(parents):
                _ensure_group(transaction, parent)
                if name in _upward(transaction, {parent}):
                    raise UsageError(
                        f"group {name!r} cannot be inside {parent!r}, which is already inside {name!r}: "
                        "a group cannot contain itself; take one of the two out first"
                    )
                if _ensure(transaction, nestings, {"group": name, "parent": parent}):
                    entered.append(parent)
            if is_new or entered:
                transaction.record(
                    actor, "group.added" if is_new else "group.nested", name, {"parents": entered}
                )

    def leave(self, name: str, group: str, actor: str = OPERATOR) -> None:
        """Take a person out of a group they are in directly. Raises NotFoundError."""
        row = {"person": name, "group": group}
        with self._database.write() as transaction:
            if not _remove(transaction, memberships, row):
                raise NotFoundError(f"{name!r} is not directly in the group {group!r}: see `wellread people`")
            transaction.record(actor, "person.left", name, {"group": group})

    def remove_nesting(self, name: str, parent: str, actor: str = OPERATOR) -> None:
        """Take the group `name` out of the group `parent`. Raises NotFoundError."""
        with self._database.write() as transaction:
            if not _remove(transaction, nestings, {"group": name, "parent": parent}):
                raise NotFoundError(f"the group {name!r} is not directly inside {parent!r}")
            transaction.record(actor, "group.left", name, {"parent": parent})

    def remove_person(self, name: str, actor: str = OPERATOR) -> None:
        """Forget a person, their memberships and their conversations: nobody of the same name shall find them.
        Documents that list `user:NAME` keep the entry. Raises NotFoundError."""
        with self._database.write() as transaction:
            self.person(name)
            _remove(transaction, memberships, {"person": name})
            forget_conversations(transaction, name)
            _remove(transaction, people, {"name": name})
            transaction.record(actor, "person.removed", name, {})

    def person(self, name: str) -> Person:
        """With the groups they are in directly. Raises NotFoundError."""
        direct = select(memberships.c.group).where(memberships.c.person == name).order_by(memberships.c.group)
        with self._database.read() as connection:
            if connection.execute(select(people).where(people.c.name == name)).first() is None:
                raise NotFoundError(
                    f"there is no person {name!r}: add them with `wellread people add {name} --group GROUP`"
                )
            return Person(name=name, groups=tuple(connection.execute(direct).scalars()))

    def people(self) -> list[Person]:
        """Everybody, by name."""
        with self._database.read() as connection:
            names = connection.execute(select(people.c.name).order_by(people.c.name)).scalars().all()
            pairs = connection.execute(
                select(memberships.c.person, memberships.c.group).order_by(memberships.c.group)
            )
            held: dict[str, list[str]] = {name: [] for name in names}
            for person, group in pairs:
                held[person].append(group)
        return [Person(name=name, groups=tuple(held[name])) for name in names]

    def groups(self) -> dict[str, tuple[str, ...]]:
        """Every group with the groups it is directly inside."""
        with self._database.read() as connection:
            names = connection.execute(select(groups.c.name).order_by(groups.c.name)).scalars().all()
            held: dict[str, list[str]] = {name: [] for name in names}
            for group, parent in connection.execute(select(nestings).order_by(nestings.c.parent)):
                held[group].append(parent)
        return {name: tuple(parents) for name, parents in held.items()}

    def principals(self, name: str) -> frozenset[Principal]:
        """Everything `name` may show to a list of readers: everyone, themselves, and every group, inherited
        ones too.

        Raises NotFoundError.
        """
        inherited = (
            select(memberships.c.group.label("name"))
            .where(memberships.c.person == name)
            .cte("inherited", recursive=True)
        )
        # UNION, not UNION ALL: a group that is reached twice is followed once.
        inherited = inherited.union(
            select(nestings.c.parent).join(inherited, nestings.c.group == inherited.c.name)
        )
        with self._database.read() as connection:
            self.person(name)
            held = connection.execute(select(inherited.c.name)).scalars().all()
        return frozenset([EVERYONE, f"user:{name}", *(f"group:{group}" for group in held)])


def _ensure_group(transaction: Transaction, name: str) -> bool:
    principal(f"group:{name}")
    return _ensure(transaction, groups, {"name": name})


def _ensure(transaction: Transaction, table: Table, row: dict[str, str]) -> bool:
    same = [table.c[column] == value for column, value in row.items()]
    if transaction.connection.execute(select(table).where(*same)).first() is not None:
        return False
    transaction.connection.execute(insert(table), row)
    return True


def _remove(transaction: Transaction, table: Table, row: dict[str, str]) -> bool:
    same = [table.c[column] == value for column, value in row.items()]
    return transaction.connection.execute(delete(table).where(*same)).rowcount > 0


def _upward(transaction: Transaction, start: set[str]) -> set[str]:
    """`start` and every group they are inside of, at any depth."""
    reached, frontier = set(start), set(start)
    while frontier:
        statement = select(nestings.c.parent).where(nestings.c.group.in_(sorted(frontier)))
        frontier = set(transaction.connection.execute(statement).scalars()) - reached
        reached |= frontier
    return reached
