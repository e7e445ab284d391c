"""Examples and the dataset versions made of them, and which passages and documents they came from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast

from sqlalchemy import Connection, Row, Table, insert, select, update

from wellread.catalogue.database import Database
from wellread.catalogue.people import OPERATOR
from wellread.catalogue.permissions import portions
from wellread.catalogue.schema import (
    dataset_examples,
    dataset_names,
    datasets,
    documents,
    examples,
    lineage,
    passages,
)
from wellread.catalogue.transaction import Transaction, now
from wellread.errors import NotFoundError, UsageError
from wellread.records.learning import Context, DatasetVersion, Example, RefusedRow, Split
from wellread.records.people import Audience


class Datasets:
    """Dataset versions by content: their id says what is in them, their name only helps people."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_dataset(
        self,
        name: str,
        version: DatasetVersion,
        rows: Iterable[tuple[Example, Split]],
        actor: str = OPERATOR,
    ) -> None:
        """Store a dataset version under `name` and make it the latest of that name.

        A version that is stored already is not stored again, but examples of it that were erased since come
        back, because they are given again; saving the latest again otherwise does nothing at all. Every
        document an example tells something of leaves a lineage row: with the passage where one is shown,
        and with the document's version where this catalogue holds it now.
        Raises UsageError when there are not as many rows as `version` says.
        """
        given = list(rows)
        if len(given) != version.examples:
            raise UsageError(
                f"the dataset {version.id!r} says {version.examples} examples but {len(given)} were given: "
                "make the version from the rows that are saved with it"
            )
        with self._database.write() as transaction:
            connection = transaction.connection
            known = connection.execute(select(datasets.c.id).where(datasets.c.id == version.id)).first()
            if known is None:
                connection.execute(insert(datasets), _header(version))
            restored = _write_examples(connection, [example for example, _ in given])
            if known is None and given:
                connection.execute(insert(dataset_examples), _links(version.id, given))
            if restored:
                transaction.record(actor, "examples.restored", version.id, {"examples": restored})
            if self._latest(connection, name) != version.id:
                _name_latest(transaction, name, version.id)
                detail = {"name": name, "examples": version.examples}
                transaction.record(actor, "dataset.saved", version.id, detail)

    def dataset(self, name_or_id: str) -> DatasetVersion:
        """By id, or the latest version of a name. Raises NotFoundError."""
        with self._database.read() as connection:
            identifier = self._latest(connection, name_or_id) or name_or_id
            row = connection.execute(select(datasets).where(datasets.c.id == identifier)).one_or_none()
            if row is None:
                raise NotFoundError(
                    f"there is no dataset {name_or_id!r}: make one with `wellread curate --name {name_or_id}`"
                )
            name = name_or_id if identifier != name_or_id else self._name(connection, identifier)
        return _dataset(row, name)

    def datasets(self) -> list[DatasetVersion]:
        """Every version under every name it has, the latest saved first."""
        statement = (
            select(datasets, dataset_names.c.name)
            .join(dataset_names, dataset_names.c.dataset == datasets.c.id)
            .order_by(dataset_names.c.number.desc())
        )
        with self._database.read() as connection:
            return [_dataset(row, row.name) for row in connection.execute(statement)]

    def examples(self, dataset_id: str, split: Split | None = None) -> list[tuple[Example, Split]]:
        """A dataset's examples in the order they were saved, without those erased since. Raises
        NotFoundError."""
        statement = (
            select(examples.c.id, examples.c.body, dataset_examples.c.split)
            .join(dataset_examples, dataset_examples.c.example == examples.c.id)
            .where(dataset_examples.c.dataset == dataset_id, examples.c.body.is_not(None))
            .order_by(dataset_examples.c.position)
        )
        if split is not None:
            statement = statement.where(dataset_examples.c.split == split)
        self.dataset(dataset_id)
        with self._database.read() as connection:
            return [(_example(row.id, row.body), row.split) for row in connection.execute(statement)]

    def documents_of(self, dataset_id: str, splits: Iterable[Split] | None = None) -> frozenset[str]:
        """Ids of the documents its examples tell something of, whether those still exist or not."""
        statement = (
            select(lineage.c.document)
            .distinct()
            .join(dataset_examples, dataset_examples.c.example == lineage.c.example)
            .where(dataset_examples.c.dataset == dataset_id)
        )
        if splits is not None:
            statement = statement.where(dataset_examples.c.split.in_(list(splits)))
        with self._database.read() as connection:
            return frozenset(connection.execute(statement).scalars())

    def versions_used(self, dataset_id: str) -> dict[str, frozenset[str]]:
        """By document, the versions its examples were made from: what tells that a dataset is stale."""
        statement = (
            select(lineage.c.document, lineage.c.version)
            .distinct()
            .join(dataset_examples, dataset_examples.c.example == lineage.c.example)
            .where(dataset_examples.c.dataset == dataset_id, lineage.c.version.is_not(None))
        )
        found: dict[str, set[str]] = {}
        with self._database.read() as connection:
            for document, version in connection.execute(statement):
                found.setdefault(document, set()).add(version)
        return {document: frozenset(versions) for document, versions in found.items()}

    def examples_of_document(self, document_id: str) -> list[str]:
        """Ids of the examples that show the document or were written from it, erased ones too."""
        statement = (
            select(lineage.c.example)
            .distinct()
            .where(lineage.c.document == document_id)
            .order_by(lineage.c.example)
        )
        with self._database.read() as connection:
            return list(connection.execute(statement).scalars())

    def datasets_of_document(self, document_id: str) -> list[str]:
        """Ids of the dataset versions with such an example."""
        statement = (
            select(dataset_examples.c.dataset)
            .distinct()
            .join(lineage, lineage.c.example == dataset_examples.c.example)
            .where(lineage.c.document == document_id)
            .order_by(dataset_examples.c.dataset)
        )
        with self._database.read() as connection:
            return list(connection.execute(statement).scalars())

    def erase_examples(self, ids: Iterable[str], actor: str) -> int:
        """Delete what these examples say; that they were there, and their lineage, stays. Returns how many
        were erased."""
        wanted = sorted(set(ids))
        with self._database.write() as transaction:
            count = 0
            for part in portions(wanted):
                statement = (
                    update(examples)
                    .where(examples.c.id.in_(part), examples.c.body.is_not(None))
                    .values(body=None)
                )
                count += transaction.connection.execute(statement).rowcount
            if count:
                transaction.record(actor, "examples.erased", f"{count} examples", {"examples": wanted})
            return count

    def _latest(self, connection: Connection, name: str) -> str | None:
        statement = (
            select(dataset_names.c.dataset)
            .where(dataset_names.c.name == name)
            .order_by(dataset_names.c.number.desc())
            .limit(1)
        )
        return cast("str | None", connection.execute(statement).scalar())

    def _name(self, connection: Connection, dataset_id: str) -> str:
        statement = (
            select(dataset_names.c.name)
            .where(dataset_names.c.dataset == dataset_id)
            .order_by(dataset_names.c.number.desc())
            .limit(1)
        )
        return cast("str", connection.execute(statement).scalar_one())


def _header(version: DatasetVersion) -> dict[str, Any]:
    return {
        "id": version.id,
        "examples": version.examples,
        "splits": version.splits,
        "audience": version.audience.to_json(),
        "documents": version.documents,
        "refused": [asdict(row) for row in version.refused],
        "saved": now(),
    }


def _links(dataset_id: str, rows: Sequence[tuple[Example, Split]]) -> list[dict[str, Any]]:
    return [
        {"dataset": dataset_id, "example": example.id, "position": position, "split": split}
        for position, (example, split) in enumerate(rows)
    ]


def _name_latest(transaction: Transaction, name: str, dataset_id: str) -> None:
    here = (dataset_names.c.name == name) & (dataset_names.c.dataset == dataset_id)
    number = transaction.allocate("dataset_name", 1)[0]
    change = update(dataset_names).where(here).values(number=number)
    if not transaction.connection.execute(change).rowcount:
        row = {"name": name, "dataset": dataset_id, "number": number}
        transaction.connection.execute(insert(dataset_names), row)


def _write_examples(connection: Connection, wanted: Sequence[Example]) -> list[str]:
    """Store the examples that are not there; returns the ids of those that were there, but erased."""
    is_erased: dict[str, bool] = {}
    for part in portions([example.id for example in wanted]):
        statement = select(examples.c.id, examples.c.body.is_(None)).where(examples.c.id.in_(part))
        is_erased.update((row[0], row[1]) for row in connection.execute(statement))
    new = [example for example in wanted if example.id not in is_erased]
    if new:
        connection.execute(insert(examples), [{"id": one.id, "body": _body(one)} for one in new])
    if rows := _lineage(connection, new):
        connection.execute(insert(lineage), rows)
    restored = [example for example in wanted if is_erased.get(example.id)]
    for one in restored:
        connection.execute(update(examples).where(examples.c.id == one.id).values(body=_body(one)))
    return [one.id for one in restored]


def _lineage(connection: Connection, wanted: Sequence[Example]) -> list[dict[str, Any]]:
    of_passage = _versions(connection, passages, {c.passage for one in wanted for c in one.contexts})
    of_document = _versions(connection, documents, {name for one in wanted for name in one.written_from})
    rows: list[dict[str, Any]] = []
    for one in wanted:
        shown = {context.document for context in one.contexts}
        sources: list[tuple[str, str | None, str | None]] = [
            *((c.document, of_passage.get(c.passage), c.passage) for c in one.contexts),
            *((name, of_document.get(name), None) for name in sorted(one.documents - shown)),
        ]
        rows += [
            {
                "example": one.id,
                "position": position,
                "document": document,
                "version": version,
                "passage": passage,
            }
            for position, (document, version, passage) in enumerate(sources)
        ]
    return rows


def _versions(connection: Connection, table: Table, ids: set[str]) -> Mapping[str, str]:
    """The version that each of these passages or documents has now."""
    found: dict[str, str] = {}
    for part in portions(sorted(ids)):
        statement = select(table.c.id, table.c.version).where(table.c.id.in_(part))
        found.update((row[0], row[1]) for row in connection.execute(statement))
    return found


def _body(example: Example) -> dict[str, Any]:
    body = asdict(example)
    del body["id"]
    return body


def _example(identifier: str, body: dict[str, Any]) -> Example:
    contexts = tuple(Context(**context) for context in body["contexts"])
    written_from = tuple(body["written_from"])
    return Example(**{**body, "id": identifier, "contexts": contexts, "written_from": written_from})


def _dataset(row: Row[Any], name: str) -> DatasetVersion:
    return DatasetVersion(
        id=row.id,
        name=name,
        examples=row.examples,
        splits=dict(row.splits),
        audience=Audience.from_json(row.audience),
        documents=row.documents,
        refused=tuple(RefusedRow(**refused) for refused in row.refused),
    )
