"""A workspace: the only place where settings become catalogue, index and models, and the journeys get what they need.

    with wellread.open("knowledge") as workspace:
        workspace.add("handbook", readers="everyone")
        print(workspace.ask("How long is the notice period?").text)

A workspace is a folder with `wellread.toml`; what Wellread keeps is in `.wellread` beside it. Models are opened when
first used. Several processes may search and ask at once; one at a time may add or synchronise.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wellread import settings as settings_file
from wellread.errors import NotAllowedError
from wellread.flows import ask as ask_flow
from wellread.flows import conversation as conversation_flow
from wellread.flows import ingest as ingest_flow
from wellread.flows import move as move_flow
from wellread.flows import reindex as reindex_flow
from wellread.parts import KEPT, OPERATOR, Parts
from wellread.records.comparison import Advice
from wellread.records.conversation import Answer, Mode, Step
from wellread.records.knowledge import SyncReport
from wellread.records.learning import Adapter, AdapterState, DatasetVersion
from wellread.records.people import EVERYONE, Audience, Person, Principal, principals
from wellread.records.turns import Conversation, Turn
from wellread.retrieve.explain import Explanation
from wellread.retrieve.search import Found
from wellread.tune.recipe import Recipe

if TYPE_CHECKING:
    # Looking something up need not wait for what only learning and comparing use.
    from wellread.flows import compare as compare_flow
    from wellread.flows import curate as curate_flow
    from wellread.flows import evaluate as evaluate_flow
    from wellread.flows import quality as quality_flow
    from wellread.flows import tune as tune_flow
    from wellread.flows import watch as watch_flow
    from wellread.records.quality import QualityReport


def init(folder: str | Path) -> "Workspace":
    """Make a workspace at `folder` (made if need be) and open it. An existing one is left as it is."""
    root = Path(folder).expanduser().resolve()
    settings_file.create(root)
    return open_workspace(root)


def open_workspace(folder: str | Path) -> "Workspace":
    """Open the workspace at `folder`. Raises NotFoundError when it is none, SettingsError for a wrong setting."""
    root = Path(folder).expanduser().resolve()
    return Workspace(root, settings_file.read(root))


class Workspace(Parts):
    """Everything one knowledge base can do. Use it as a context manager, or `close` it."""

    # Knowledge.

    def add(
        self,
        location: str | Path,
        readers: str | frozenset[Principal] | None = None,
        name: str | None = None,
        person: str | None = None,
        progress: ingest_flow.Progress = ingest_flow.SILENT,
        *,
        kind: str | None = None,
        options: Mapping[str, str] | None = None,
        trust: str | None = None,
        ray: str | None = None,
    ) -> SyncReport:
        """Add a source and bring it in. `readers` hold where the source itself (a `.readers` file, a column) does not
        say otherwise; without them a known source keeps its own and a new one is for everyone. `kind` is told by the
        form of the location where it is not named; `options` are those that it takes; `trust` is one of its tiers;
        `ray` is as for `sync`.

        Raises NotFoundError (no such place), UnreachableError (it does not answer), UsageError (nothing in it; a name
        that is taken; readers, kind, options or trust that are none) and BusyError (another process is adding).
        """
        held = principals(readers) if isinstance(readers, str) else readers
        wanted = ingest_flow.NewSource(
            location=str(location),
            kind=kind,
            readers=held,
            name=name,
            options=options,
            trust=trust,
        )
        with self._ingest(self._actor(person), progress, ray) as work:
            return ingest_flow.add(work, wanted)

    def sync(
        self,
        source: str | None = None,
        person: str | None = None,
        progress: ingest_flow.Progress = ingest_flow.SILENT,
        *,
        full: bool = False,
        ray: str | None = None,
    ) -> list[SyncReport]:
        """Bring one source, or all, up to date. `full` reads everything again, whatever its date; `ray` is the address
        of a cluster whose machines read and embed.

        Raises NotFoundError (no such source, or its place is gone) and UnreachableError (it does not answer); of all,
        such a one is reported as failed. ClusterError: what was finished is kept, and the next call goes on.
        """
        with self._ingest(self._actor(person), progress, ray) as work:
            if source is None:
                return ingest_flow.sync_all(work, full=full)
            return [ingest_flow.sync(work, source, full=full)]

    def watch(
        self,
        source: str | None = None,
        person: str | None = None,
        watching: "watch_flow.Watching | None" = None,
    ) -> Iterator[SyncReport]:
        """Keep one source, or all that there are now, up to date until `watching.stop` is set; a report for each time.

        Between two synchronisations other processes may write. Raises NotFoundError (no such source, or none at all).
        """
        from wellread.flows import watch as watch_flow

        knowledge = self.catalogue.knowledge
        wanted = [knowledge.source(source)] if source else knowledge.sources()
        how = replace(watching or watch_flow.Watching(), exclude=self._own_files)
        return watch_flow.watch(wanted, lambda name: self.sync(name, person)[0], how, self.catalogue.schedule)

    def search(
        self, question: str, limit: int = 10, person: str | None = None, *, as_of: ask_flow.AsOf = None
    ) -> Found:
        """Ranked passages that the person may read; `as_of` a day or moment, those of then, where history is kept.
        Raises UsageError, NotFoundError (no such person)."""
        return ask_flow.search(self.searcher, question, self.principals(person), limit, as_of)

    def explain(
        self, question: str, limit: int = 10, person: str | None = None, expected: str | None = None
    ) -> Explanation:
        """As `search`, with why each hit is where it is and why an `expected` document is not among them."""
        return ask_flow.explain(self.searcher, question, self.principals(person), limit, expected)

    def ask(
        self,
        question: str,
        person: str | None = None,
        model: str | None = None,
        adapter: str | None = None,
        emit: Callable[[str], None] | None = None,
        *,
        as_of: ask_flow.AsOf = None,
        mode: Mode = "auto",
        tell: Callable[[Step], None] | None = None,
        conversation: str | None = None,
    ) -> Answer:
        """A cited answer, "not in your sources", or a question in return. `adapter` is an id, `none`, or the best the
        person may use.

        `emit` is called with pieces of the answer as soon as they are checked; `as_of` is as for `search`. In the mode
        `agentic` what is read is looked up step by step, within the limits of the settings; `tell` is called with each
        step as it ends. `auto` chooses by the question. `conversation` is the id of one of the person's, `last` or
        `new`: the question is completed from it and kept there with its answer. Without it nothing is kept.

        Raises NotAllowedError when the person is outside the audience of the adapter named, NotFoundError when the
        conversation is not theirs.
        """
        ask_flow.check(question)  # before a model is opened for it
        held = self.principals(person)
        way = ask_flow.way(mode, self.settings, tell)

        def answered(asked: str) -> Answer:
            reader = self.reader(held, model, adapter)
            return self.kept_answers.answer(
                ask_flow.asked(asked, held, reader, mode, as_of, self.settings),
                self.knowledge_stamp,
                lambda: ask_flow.ask(self.searcher, asked, held, reader, emit, as_of=as_of, way=way),
                emit or (lambda _: None),
            )

        asker = conversation_flow.Asker(
            person=person,
            principals=held,
            look=lambda asked: ask_flow.search(self.searcher, asked, held, 10, as_of).hits,
            say=emit or (lambda _: None),
        )
        return conversation_flow.ask(self.catalogue, question, asker, answered, conversation)

    # Conversations: each is its person's, and for anybody else it does not exist.

    def conversations(self, person: str | None) -> list[Conversation]:
        """Those of a person, the newest first. Here and below UsageError for nobody in particular."""
        return self.catalogue.conversations.of(conversation_flow.owner(person))

    def conversation(self, identifier: str, person: str | None) -> tuple[Conversation, list[Turn]]:
        """One, or their newest for `last`, with its turns as the person may read them today. Raises NotFoundError."""
        name = conversation_flow.owner(person)
        found = conversation_flow.conversation(self.catalogue, identifier, name)
        return found, conversation_flow.turns(self.catalogue, found.id, name)

    def delete_conversation(self, identifier: str, person: str | None) -> None:
        """Raises NotFoundError."""
        self.catalogue.conversations.delete(identifier, conversation_flow.owner(person))

    def delete_conversations(self, person: str | None) -> int:
        """All of a person; returns how many."""
        return self.catalogue.conversations.delete_all(conversation_flow.owner(person))

    # Learning.

    def curate(
        self,
        request: "curate_flow.CurateRequest | None" = None,
        person: str | None = None,
    ) -> DatasetVersion:
        """A dataset version from the passages the person may read, or from a question file."""
        from wellread.flows import curate as curate_flow

        teacher = self._models.generator(self.settings.teacher) if self.settings.teacher else None
        work = curate_flow.Curate(
            searcher=self.searcher,
            principals=self.principals(person),
            actor=person or OPERATOR,
            teacher=teacher,
            report=self.report,
        )
        return curate_flow.curate(work, request or curate_flow.CurateRequest())

    def tune(
        self,
        dataset: str,
        recipe: Recipe | None = None,
        person: str | None = None,
        from_scratch: bool = False,
        progress: "tune_flow.Progress | None" = None,
    ) -> Adapter:
        """An adapter of the base model, measured against it. It serves nobody before it is promoted.

        Raises NotAllowedError when the person may not read all that the dataset was made from.
        """
        from wellread.flows import tune as tune_flow

        version = self.catalogue.learning.dataset(dataset)
        self._check_audience(person, f"dataset {version.id} was made from documents", version.audience)
        work = tune_flow.Tune(
            catalogue=self.catalogue,
            generator=self.generator,
            embedder=self.embedder,
            base_file=self._models.weights_file(self.settings.generator),
            folder=self.root / KEPT,
            actor=person or OPERATOR,
            progress=progress or tune_flow.SILENT,
            report=self.report,
        )
        return tune_flow.tune(work, dataset, recipe or Recipe(), from_scratch=from_scratch)

    def adapters(self, person: str | None = None) -> list[Adapter]:
        """The adapters that the person may know of; all of them for the operator."""
        return ask_flow.visible(self.catalogue, self.principals(person) if person else None)

    def set_state(self, adapter: str, state: AdapterState, reason: str, person: str | None = None) -> Adapter:
        """Promote or retire.

        Raises RefusedError when a gate failed and no reason overrules it, NotAllowedError outside its audience.
        """
        from wellread.flows import tune as tune_flow

        found = self.catalogue.learning.adapter(adapter)
        self._check_audience(person, f"adapter {found.id} was trained on documents", found.audience)
        return tune_flow.set_state(self.catalogue, adapter, state, person or OPERATOR, reason)

    # Evidence.

    def compare(
        self,
        request: "compare_flow.CompareRequest",
        person: str | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> "compare_flow.Compared":
        """The arms side by side on held-out questions; stored for `decide`."""
        from wellread.flows import compare as compare_flow

        base = self.reader(self.principals(person), adapter="none")
        work = compare_flow.Compare(
            searcher=self.searcher,
            base=base,
            adapter=compare_flow.choose(self.catalogue, self.generator.digest, request.adapter),
            principals=self.principals,
            person=person,
            report=self.report,
            progress=progress,
        )
        return compare_flow.compare(work, request)

    def evaluate(
        self,
        request: "evaluate_flow.EvaluateRequest",
        person: str | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> "evaluate_flow.Evaluated":
        """How good the answers of `ask` are on a question file; kept. Raises NotFoundError, RefusedError."""
        from wellread.flows import evaluate as evaluate_flow

        work = evaluate_flow.Evaluate(
            searcher=self.searcher,
            reader=self.reader,
            judges=[self._models.generator(name) for name in self.settings.judges.split()],
            principals=self.principals,
            person=person,
            settings=self.settings,
            report=self.report,
            progress=progress,
        )
        return evaluate_flow.evaluate(work, request)

    def quality(
        self,
        request: "quality_flow.QualityRequest | None" = None,
        person: str | None = None,
        progress: "quality_flow.Progress | None" = None,
        today: date | None = None,
    ) -> "QualityReport":
        """What is wrong with the documents that the person may read, as of `today` (by default the day it is).

        Raises NotFoundError (no such person, no such source).
        """
        from wellread.flows import quality as quality_flow

        work = quality_flow.Quality(
            catalogue=self.catalogue,
            vectors=self.index.vectors,
            principals=self.principals(person),
            today=today or datetime.now(UTC).date(),
            progress=progress,
        )
        return quality_flow.quality(work, request or quality_flow.QualityRequest())

    def decide(self) -> Advice:
        """RAG, tuning, both, or no difference, by the latest comparison. Raises NotFoundError when there is none."""
        from wellread.flows import compare as compare_flow

        return compare_flow.decide(self.catalogue)

    # People.

    def add_person(self, name: str, groups: Sequence[str] = (), actor: str | None = None) -> Person:
        """A person and their groups; adding again adds the groups."""
        return self.catalogue.people.add_person(name, groups, actor or OPERATOR)

    def principals(self, person: str | None) -> frozenset[Principal]:
        """What a person holds. Nobody in particular may read what is open to everyone, and no more."""
        return self.catalogue.people.principals(person) if person else frozenset([EVERYONE])

    def move_catalogue(self, url: str) -> dict[str, int]:
        """Copy the catalogue into the empty database at `url`, compare, and use that one from now on; a password is not
        written into the settings. Returns the rows of each table. Raises UsageError (not a usable URL, or not empty),
        BusyError, StorageError: nothing is changed then, and the old one stays in any case."""
        return move_flow.move(self.catalogue, url, self.root)

    def reindex(
        self,
        request: reindex_flow.ReindexRequest | None = None,
        progress: Callable[[int, int], None] | None = None,
        *,
        ray: str | None = None,
    ) -> reindex_flow.Reindexed:
        """Build another index while this one answers, then let it serve; or go back, or drop what is kept to go back
        to. Raises UsageError (no such embedder), NotFoundError (nothing to go back to), BusyError, StorageError; with
        `ray`, the address of a cluster whose machines embed, also ClusterError."""
        with self._executor(ray) as executor:
            work = self._reindex(executor, progress)
            return reindex_flow.reindex(work, request or reindex_flow.ReindexRequest())

    # Who acts.

    def _actor(self, person: str | None) -> str:
        """Who stands in the audit log. Raises NotFoundError for an unknown person, who changes nothing."""
        if person:
            self.principals(person)
        return person or OPERATOR

    def _check_audience(self, person: str | None, made: str, audience: Audience) -> None:
        """The operator may change what concerns everybody; a person only what they may read all of."""
        if person and not audience.permits(self.principals(person)):
            raise NotAllowedError(
                f"{made} for {audience}, and {person} may not read all of them: act as somebody who may"
            )
