"""What a workspace is made of: settings become catalogue, index and models, each opened when first used.

`workspace.Workspace` adds the journeys.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from wellread import settings as settings_file
from wellread.answer.kept import KeptAnswers
from wellread.answer.traditional import Reader
from wellread.catalogue.catalogue import Catalogue
from wellread.flows import ask as ask_flow
from wellread.flows import ingest as ingest_flow
from wellread.flows import reindex as reindex_flow
from wellread.index.place import IndexPlace, indexes
from wellread.index.protocol import Index
from wellread.index.serving import Beside, Indexes
from wellread.ingest.executor import Executor, LocalExecutor
from wellread.ingest.parse.worker import Workers
from wellread.models.fetch import default_cache_dir
from wellread.models.protocols import Embedder, Generator, SpanReader
from wellread.models.registry import Opening, OpenModels
from wellread.records.people import Principal
from wellread.retrieve.rerank import Rereading
from wellread.retrieve.search import Searcher
from wellread.retrieve.serving import Serving
from wellread.settings import Settings

KEPT = ".wellread"
OPERATOR = "operator"
"""Stands in the audit log for whoever runs a command without --as."""

Report = Callable[[str], None]
"""Called with a line when something that takes long begins, or has come a good way."""


class Parts:
    """The parts of one workspace. Models, catalogue and index are opened when first used; `close` lets go of them."""

    def __init__(self, root: Path, settings: Settings, report: Report = lambda _: None) -> None:
        self.root = root
        self.settings = settings
        self.report = report
        self._open = ExitStack()

    @cached_property
    def catalogue(self) -> Catalogue:
        """The system of record."""
        (self.root / KEPT).mkdir(exist_ok=True)
        place = self.settings.catalogue or self.root / KEPT / "catalogue.db"
        return self._open.enter_context(Catalogue.open(place))

    @property
    def embedder(self) -> Embedder:
        """Texts to vectors, as the index has them that serves."""
        return self._serving.embedder()

    @cached_property
    def generator(self) -> Generator:
        """The base model."""
        return self._models.generator(self.settings.generator)

    @cached_property
    def span_reader(self) -> SpanReader:
        """The bundled reader that points at answers. Raises WeightsError (cannot be brought or loaded)."""
        return self._models.span_reader()

    @cached_property
    def kept_answers(self) -> KeptAnswers:
        """Those of this process."""
        return KeptAnswers(self.settings.answers_kept)

    def knowledge_stamp(self) -> Hashable:
        """Differs after any change to what answers rest on: the catalogue, the index, the day."""
        catalogue = self.catalogue
        changed = catalogue.audit.last_change(), catalogue.outbox.last()
        return *changed, self._serving.stamp(), date.today()

    def reader(
        self, held: frozenset[Principal], model: str | None = None, adapter: str | None = None
    ) -> Reader:
        """The model and adapter that answer for somebody who holds `held`.

        Without a name: the newest promoted adapter whose audience they are in, else the bundled reader, else none.
        """
        generator = self._models.generator(model) if model else self.generator
        return ask_flow.reader(
            self.catalogue,
            generator,
            self.embedder,
            self.settings,
            principals=held,
            adapter=adapter,
            spans=lambda: self.span_reader,
        )

    @property
    def index(self) -> Index:
        """The index that serves, as a reading process opens it."""
        return self._serving.index()

    @property
    def searcher(self) -> Searcher:
        """Search as a reading process: it sees every change that a writer has acknowledged, and what serves now."""
        return self._serving.searcher()

    @property
    def weights(self) -> Path:
        """The folder where weights are kept."""
        return Path(self.settings.weights).expanduser() if self.settings.weights else default_cache_dir()

    @cached_property
    def _models(self) -> OpenModels:
        opening = Opening(
            cache_dir=self.weights,
            offline=self.settings.offline,
            api_key=self.settings.api_key or None,
            threads=self.settings.threads or None,
            report=self.report,
        )
        return self._open.enter_context(closing(OpenModels(opening)))

    @cached_property
    def _workers(self) -> Workers:
        """Kept from one synchronisation to the next: a process takes longer to start than a page to read."""
        return self._open.enter_context(Workers())

    @property
    def _own_files(self) -> tuple[Path, ...]:
        return self.root / KEPT, self.root / settings_file.FILE

    @cached_property
    def indexes(self) -> Indexes:
        """Where the indexes are, and of which engine, as the settings say."""
        place = IndexPlace(
            setting=self.settings.index,
            endpoint=self.settings.index_endpoint,
            region=self.settings.index_region,
            secret=settings_file.secret("index"),
        )
        return indexes(place, self.root / KEPT)

    @cached_property
    def _serving(self) -> Serving:
        made = Serving(
            self.catalogue,
            self.indexes,
            embedder=self._models.embedder,
            # Either may be another one by the time it is called.
            wanted=lambda: self.settings.embedder,
            report=lambda line: self.report(line),  # noqa: PLW0108
            rereading=self._rereading,
        )
        return self._open.enter_context(closing(made))

    def _rereading(self) -> Rereading | None:
        reranker = self._models.reranker(self.settings.reranker)
        return Rereading(reranker, self.settings.passages_reread) if reranker else None

    def _want_embedder(self, name: str) -> None:
        settings_file.write(self.root, "embedder", name)
        self.settings = replace(self.settings, embedder=name)

    @contextmanager
    def _executor(self, ray: str | None) -> Iterator[Executor]:
        """Who reads and embeds: this process, or the machines of the cluster at `ray`."""
        if ray is None:
            yield LocalExecutor(self._workers.read, self._workers.stop, self._models.embedder)
            return
        from wellread.ingest.distributed.executor import ray_executor

        with ray_executor(ray, self._models.embedder, self._models.embedder_files) as executor:
            yield executor

    def _reindex(
        self, executor: Executor, progress: Callable[[int, int], None] | None = None
    ) -> reindex_flow.Reindex:
        return reindex_flow.Reindex(
            catalogue=self.catalogue,  # made before the index, which it is the origin of
            folder=self.indexes,
            embedder=executor.embedder,
            builder=executor.builder,
            wanted=self.settings.embedder,
            want=self._want_embedder,
            report=self.report,
            progress=progress,
        )

    @contextmanager
    def _ingest(
        self, actor: str, progress: ingest_flow.Progress, ray: str | None = None
    ) -> Iterator[ingest_flow.Ingest]:
        with ExitStack() as held:
            # Before anything else is held: a cluster that cannot be reached has kept nobody waiting.
            executor = held.enter_context(self._executor(ray))
            work = self._reindex(executor, progress.embedding)
            index, embedder = held.enter_context(reindex_flow.writing(work))
            yield ingest_flow.Ingest(
                catalogue=self.catalogue,
                index=index,
                beside=Beside(work.folder),
                embedder=embedder,
                own_files=self._own_files,
                caches=self.root / KEPT / "sources",
                actor=actor,
                read=self._workers.read,
                executor=executor,
                secret=settings_file.secret,
                progress=progress,
            )

    def close(self) -> None:
        """Let go of models and files. Calling twice is harmless."""
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
