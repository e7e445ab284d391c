"""Adapters: what was trained on which dataset, the gates it met, and whether it is served."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, get_args

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from wellread.catalogue.database import Database
from wellread.catalogue.people import OPERATOR
from wellread.catalogue.schema import adapters, dataset_examples, gate_results, lineage
from wellread.catalogue.transaction import now
from wellread.errors import NotFoundError, UsageError
from wellread.records.learning import Adapter, AdapterState, GateResult
from wellread.records.people import Audience

_TRAINED_ON = ("train", "validation")


class Adapters:
    """The registry. Who may use an adapter is its audience; that is asked where it is used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_adapter(self, adapter: Adapter, actor: str = OPERATOR) -> None:
        """Store an adapter with its gate results; one with the same id is replaced."""
        with self._database.write() as transaction:
            connection = transaction.connection
            values = _values(adapter)
            change = update(adapters).where(adapters.c.id == adapter.id).values(values)
            if not connection.execute(change).rowcount:
                connection.execute(insert(adapters), values)
            connection.execute(delete(gate_results).where(gate_results.c.adapter == adapter.id))
            gates = [
                {"adapter": adapter.id, "position": position, **asdict(gate)}
                for position, gate in enumerate(adapter.gates)
            ]
            if gates:
                connection.execute(insert(gate_results), gates)
            detail = {"dataset": adapter.dataset, "state": adapter.state, "digest": adapter.digest}
            transaction.record(actor, "adapter.saved", adapter.id, detail)

    def adapter(self, id_or_prefix: str) -> Adapter:
        """By id or by a prefix that only one id has. Raises NotFoundError, UsageError (several have it)."""
        exact = select(adapters).where(adapters.c.id == id_or_prefix)
        begins = select(adapters).where(adapters.c.id.startswith(id_or_prefix, autoescape=True))
        with self._database.read() as connection:
            rows = connection.execute(exact).all() or connection.execute(begins.limit(3)).all()
            if not rows or not id_or_prefix:
                raise NotFoundError(
                    f"there is no adapter {id_or_prefix!r}: see `wellread adapters`, "
                    "or train one with `wellread tune`"
                )
            if len(rows) > 1:
                named = ", ".join(sorted(row.id for row in rows))
                raise UsageError(f"{id_or_prefix!r} begins several adapters ({named}): give more of the id")
            return _adapter(rows[0], _gates(connection, [rows[0].id]))

    def adapters(self, state: AdapterState | None = None) -> list[Adapter]:
        """The latest saved first."""
        statement = select(adapters).order_by(adapters.c.saved.desc(), adapters.c.id)
        return self._all(statement if state is None else statement.where(adapters.c.state == state))

    def adapters_of_document(self, document_id: str) -> list[Adapter]:
        """Adapters whose weights have seen the document: in the train or validation split of their
        dataset."""
        trained = (
            select(dataset_examples.c.dataset)
            .join(lineage, lineage.c.example == dataset_examples.c.example)
            .where(lineage.c.document == document_id, dataset_examples.c.split.in_(_TRAINED_ON))
        )
        return self._all(select(adapters).where(adapters.c.dataset.in_(trained)).order_by(adapters.c.id))

    def training_documents(self, adapter_id: str) -> frozenset[str]:
        """Ids of the documents in the train and validation splits, removed ones too. Raises NotFoundError."""
        dataset = self.adapter(adapter_id).dataset
        statement = (
            select(lineage.c.document)
            .distinct()
            .join(dataset_examples, dataset_examples.c.example == lineage.c.example)
            .where(dataset_examples.c.dataset == dataset, dataset_examples.c.split.in_(_TRAINED_ON))
        )
        with self._database.read() as connection:
            return frozenset(connection.execute(statement).scalars())

    def set_state(self, adapter_id: str, state: AdapterState, actor: str, reason: str) -> Adapter:
        """Promote, quarantine or retire, for a reason that goes into the audit log. Raises NotFoundError,
        UsageError."""
        if state not in get_args(AdapterState):
            states = ", ".join(get_args(AdapterState))
            raise UsageError(f"{state!r} is not a state of an adapter: choose one of {states}")
        with self._database.write() as transaction:
            before = self.adapter(adapter_id)
            transaction.connection.execute(
                update(adapters).where(adapters.c.id == before.id).values(state=state)
            )
            detail = {"before": before.state, "after": state, "reason": reason}
            transaction.record(actor, "adapter.state", before.id, detail)
            return self.adapter(before.id)

    def _all(self, statement: Select[Any]) -> list[Adapter]:
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
            gates = _gates(connection, [row.id for row in rows])
        return [_adapter(row, gates) for row in rows]


def _values(adapter: Adapter) -> dict[str, object]:
    return {
        "id": adapter.id,
        "state": adapter.state,
        "method": adapter.method,
        "base": adapter.base,
        "base_digest": adapter.base_digest,
        "dataset": adapter.dataset,
        "audience": adapter.audience.to_json(),
        "path": adapter.path,
        "digest": adapter.digest,
        "refuse_above": adapter.refuse_above,
        "tokens_per_second": adapter.tokens_per_second,
        "training_seconds": adapter.training_seconds,
        "saved": now(),
    }


def _gates(connection: Connection, ids: Iterable[str]) -> dict[str, list[GateResult]]:
    found: dict[str, list[GateResult]] = {identifier: [] for identifier in ids}
    statement = (
        select(gate_results)
        .where(gate_results.c.adapter.in_(list(found)))
        .order_by(gate_results.c.adapter, gate_results.c.position)
    )
    for row in connection.execute(statement):
        gate = GateResult(gate=row.gate, passed=row.passed, value=row.value, limit=row.limit, note=row.note)
        found[row.adapter].append(gate)
    return found


def _adapter(row: Row[Any], gates: dict[str, list[GateResult]]) -> Adapter:
    return Adapter(
        id=row.id,
        state=row.state,
        method=row.method,
        base=row.base,
        base_digest=row.base_digest,
        dataset=row.dataset,
        audience=Audience.from_json(row.audience),
        path=row.path,
        digest=row.digest,
        refuse_above=row.refuse_above,
        gates=tuple(gates[row.id]),
        tokens_per_second=row.tokens_per_second,
        training_seconds=row.training_seconds,
    )
