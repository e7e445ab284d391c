"""What a workspace is made of: settings become catalogue, index and models, each opened when first used.

`workspace.Workspace` adds the journeys.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from wellread import settings as settings_file
from wellread.catalogue.catalogue import Catalogue
from wellread.flows import ingest as ingest_flow
from wellread.index.embedded import EmbeddedIndex, remove_others
from wellread.ingest.parse.worker import Workers
from wellread.models.fetch import default_cache_dir
from wellread.models.protocols import Embedder, Generator
from wellread.models.registry import Opening, OpenModels
from wellread.retrieve.search import Searcher
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

    @cached_property
    def embedder(self) -> Embedder:
        """Texts to vectors."""
        return self._models.embedder(self.settings.embedder)

    @cached_property
    def generator(self) -> Generator:
        """The base model."""
        return self._models.generator(self.settings.generator)

    @cached_property
    def index(self) -> EmbeddedIndex:
        """The index as a reading process opens it."""
        index = EmbeddedIndex.open(self._index_folder, self.embedder.dimensions, writable=False)
        self._open.callback(index.close)
        return index

    @cached_property
    def searcher(self) -> Searcher:
        """Search as a reading process: it sees every change that a writer has acknowledged."""
        index = self.index
        if index.position < self.catalogue.outbox.last():
            self.report("the index lacks the latest changes: unless a sync is running, run `wellread sync`")
        return Searcher(self.catalogue, index, self.embedder)

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

    @property
    def _index_folder(self) -> Path:
        """Vectors of different embedders cannot be compared, so each has an index of its own."""
        return self.root / KEPT / "index" / self.embedder.name

    @contextmanager
    def _ingest(self, actor: str, progress: ingest_flow.Progress) -> Iterator[ingest_flow.Ingest]:
        self.catalogue  # noqa: B018 (made before the index, which it is the origin of)
        index = EmbeddedIndex.open(self._index_folder, self.embedder.dimensions, writable=True)
        try:
            yield ingest_flow.Ingest(
                catalogue=self.catalogue,
                index=index,
                embedder=self.embedder,
                own_files=self._own_files,
                caches=self.root / KEPT / "sources",
                actor=actor,
                read=self._workers.read,
                secret=settings_file.secret,
                progress=progress,
            )
            remove_others(self._index_folder)
        finally:
            index.close()

    def close(self) -> None:
        """Let go of models and files. Calling twice is harmless."""
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
