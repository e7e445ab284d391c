"""Models by the name that settings give them.

a known name             smollm2-135m-instruct, all-minilm-l6-v2: fetched if need be
a path to a .gguf file   a generator of one's own
openai:MODEL@BASE_URL    a model behind an OpenAI-compatible server
a path to a folder       a cross-encoder of one's own, with model.onnx and tokenizer.json
rerank:MODEL@BASE_URL    a reranker behind a server that has `/rerank`, as vLLM's
fake                     the deterministic stand-in; as an embedder also fake:DIMENSIONS
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wellread.errors import UsageError, WeightsError
from wellread.models.fetch import Report, default_cache_dir, fetch
from wellread.models.protocols import Embedder, Generator, Reranker, SpanReader
from wellread.models.weights import EMBEDDER, GENERATOR, SPAN_READER, known

_FAKE = re.compile(r"fake(:[1-9][0-9]{0,3})?")
_GENERATORS = (GENERATOR, "smollm2-135m-instruct.q4_1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What opening a model may use."""

    cache_dir: Path = field(default_factory=default_cache_dir)
    offline: bool = False
    """Never download."""
    api_key: str | None = None
    """For models behind a server."""
    window: int = 4096
    """Tokens of prompt and completion together."""
    threads: int | None = None
    """None is every core this process has."""
    timeout: float = 120.0
    """Seconds to wait for a server."""
    report: Report = lambda _: None
    """Gets a line when a download begins."""


class OpenModels:
    """Models by name, each opened when first asked for and kept until `close`."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._generators: dict[str, Generator] = {}
        self._embedders: dict[str, Embedder] = {}
        self._rerankers: dict[str, Reranker | None] = {}
        self._spans: SpanReader | None = None

    def generator(self, name: str) -> Generator:
        """As `open_generator`."""
        if name not in self._generators:
            self._generators[name] = open_generator(name, self._opening)
        return self._generators[name]

    def embedder(self, name: str) -> Embedder:
        """As `open_embedder`."""
        if name not in self._embedders:
            self._embedders[name] = open_embedder(name, self._opening)
        return self._embedders[name]

    def reranker(self, name: str) -> Reranker | None:
        """As `open_reranker`."""
        if name not in self._rerankers:
            self._rerankers[name] = open_reranker(name, self._opening)
        return self._rerankers[name]

    def span_reader(self) -> SpanReader:
        """As `open_span_reader`."""
        if self._spans is None:
            self._spans = open_span_reader(self._opening)
        return self._spans

    def embedder_files(self, name: str) -> dict[str, Path]:
        """As the function of this name."""
        return embedder_files(name, self._opening)

    def weights_file(self, name: str) -> Path:
        """As the function of this name."""
        return weights_file(name, self._opening)

    def close(self) -> None:
        """Let go of all of them. Calling twice is harmless."""
        for generator in self._generators.values():
            generator.close()
        for embedder in self._embedders.values():
            embedder.close()
        for reranker in self._rerankers.values():
            if reranker is not None:
                reranker.close()
        if self._spans is not None:
            self._spans.close()
        self._spans = None
        self._generators.clear()
        self._embedders.clear()
        self._rerankers.clear()


def open_generator(name: str, opening: Opening | None = None) -> Generator:
    """The generator called `name`. Raises UsageError (no such name), WeightsError (cannot be brought or loaded)."""
    opening = opening or Opening()
    if name == "fake":
        from wellread.models.fakes import FakeGenerator

        return FakeGenerator()
    if name.startswith("openai:"):
        return _open_remote(name, opening)
    from wellread.models.llamacpp import LlamaCppGenerator

    if name in _GENERATORS:
        path = fetch(name, opening.cache_dir, offline=opening.offline, report=opening.report)
        digest = known(name).sha256
        return LlamaCppGenerator(
            path, name=name, digest=digest, window=opening.window, threads=opening.threads
        )
    if name.endswith(".gguf"):
        path = Path(name).expanduser()
        if not path.is_file():
            raise WeightsError(
                f"no file at {path}; give the path of a GGUF file or one of {', '.join(_GENERATORS)}"
            )
        return LlamaCppGenerator(path, window=opening.window, threads=opening.threads)
    raise UsageError(
        f"no generator is called {name!r}; write {', '.join(_GENERATORS)}, a path ending in .gguf, "
        f"openai:MODEL@BASE_URL or fake"
    )


def weights_file(name: str, opening: Opening | None = None) -> Path:
    """The GGUF file of the generator called `name`. Raises UsageError when it is not one that runs in this process."""
    opening = opening or Opening()
    if name in _GENERATORS:
        return fetch(name, opening.cache_dir, offline=opening.offline, report=opening.report)
    if name.endswith(".gguf"):
        return Path(name).expanduser()
    raise UsageError(
        f"{name} has no GGUF file to tune: set generator to {GENERATOR} or to a path ending in .gguf"
    )


def open_embedder(name: str, opening: Opening | None = None) -> Embedder:
    """The embedder called `name`. Raises UsageError (no such name), WeightsError (cannot be brought or loaded)."""
    opening = opening or Opening()
    return assemble_embedder(name, embedder_files(name, opening), threads=opening.threads)


def embedder_files(name: str, opening: Opening | None = None) -> dict[str, Path]:
    """The files that the embedder called `name` is opened from, by the names of their weights; none for a stand-in.

    Raises UsageError (no such name), WeightsError (cannot be brought).
    """
    opening = opening or Opening()
    if _FAKE.fullmatch(name):
        return {}
    if name != EMBEDDER:
        raise UsageError(f"no embedder is called {name!r}; write {EMBEDDER} or fake")
    return {
        part: fetch(part, opening.cache_dir, offline=opening.offline, report=opening.report)
        for part in (name, f"{name}.tokenizer")
    }


def assemble_embedder(
    name: str, files: Mapping[str, Path | bytes], *, threads: int | None = None
) -> Embedder:
    """The embedder called `name`, opened from `embedder_files` or their contents. Raises WeightsError."""
    if _FAKE.fullmatch(name):
        from wellread.models.fakes import FakeEmbedder

        return FakeEmbedder(int(name.removeprefix("fake:"))) if ":" in name else FakeEmbedder()
    from wellread.models.onnx import OnnxEmbedder

    weights, tokenizer = files[name], files[f"{name}.tokenizer"]
    return OnnxEmbedder(weights, tokenizer, name=name, digest=known(name).sha256, threads=threads)


def open_span_reader(opening: Opening | None = None) -> SpanReader:
    """The bundled span reader. Raises WeightsError (cannot be brought or loaded)."""
    from wellread.models.span_reader import OnnxSpanReader

    opening = opening or Opening()
    weights, tokenizer = (
        fetch(part, opening.cache_dir, offline=opening.offline, report=opening.report)
        for part in (SPAN_READER, f"{EMBEDDER}.tokenizer")
    )
    return OnnxSpanReader(weights, tokenizer, name=SPAN_READER, threads=opening.threads)


def open_reranker(name: str, opening: Opening | None = None) -> Reranker | None:
    """The reranker called `name`, None without a name. Raises UsageError (no such name), WeightsError (no model)."""
    opening = opening or Opening()
    if not name:
        return None
    if name == "fake":
        from wellread.models.fakes import FakeReranker

        return FakeReranker()
    if name.startswith("rerank:"):
        from wellread.models.rerank_server import ServerReranker

        model, base_url = _at_server(name, "rerank:bge-reranker@http://localhost:8000/v1")
        return ServerReranker(model, base_url, api_key=opening.api_key, timeout=opening.timeout)
    folder = Path(name).expanduser()
    if folder.is_dir():
        from wellread.models.cross_encoder import CrossEncoder

        return CrossEncoder(folder, threads=opening.threads)
    raise UsageError(
        f"no reranker is called {name!r}, and it is no folder; write the path of a folder with model.onnx and "
        "tokenizer.json, or rerank:MODEL@BASE_URL"
    )


def _open_remote(name: str, opening: Opening) -> Generator:
    from wellread.models.openai import OpenAIGenerator

    model, base_url = _at_server(name, "openai:qwen3@http://localhost:8000/v1")
    return OpenAIGenerator(
        model, base_url, api_key=opening.api_key, window=opening.window, timeout=opening.timeout
    )


def _at_server(name: str, example: str) -> tuple[str, str]:
    """Model and address of KIND:MODEL@BASE_URL. Raises UsageError where there are none."""
    kind, _, rest = name.partition(":")
    model, _, base_url = rest.rpartition("@")
    if not model or not base_url.startswith(("http://", "https://")):
        raise UsageError(f"{name!r} names no server; write {kind}:MODEL@BASE_URL, e.g. {example}")
    return model, base_url
