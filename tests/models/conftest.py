"""Real weights for the tests that need them: brought by the product itself, kept in the user's cache folder."""

from collections.abc import Callable, Iterator
from pathlib import Path

import gguf
import numpy as np
import pytest

from wellread.errors import WeightsError
from wellread.models.fetch import default_cache_dir, fetch
from wellread.models.gguf_header import read_header
from wellread.models.llamacpp import LlamaCppGenerator
from wellread.models.onnx import OnnxEmbedder
from wellread.models.origins import UnreachableError
from wellread.models.weights import EMBEDDER, GENERATOR, known

AdapterWriter = Callable[..., Path]


def _fetched(name: str) -> Path:
    try:
        return fetch(name, default_cache_dir())
    except WeightsError as error:
        if isinstance(error.__cause__, UnreachableError):
            pytest.skip(f"the weights {name} are not here and cannot be brought: {error.__cause__}")
        raise


@pytest.fixture(scope="session")
def generator_path() -> Path:
    return _fetched(GENERATOR)


@pytest.fixture(scope="session")
def generator(generator_path: Path) -> Iterator[LlamaCppGenerator]:
    model = LlamaCppGenerator(
        generator_path, name=GENERATOR, digest=known(GENERATOR).sha256, window=1024, threads=1
    )
    yield model
    model.close()


@pytest.fixture(scope="session")
def embedder_paths() -> tuple[Path, Path]:
    return _fetched(EMBEDDER), _fetched(f"{EMBEDDER}.tokenizer")


@pytest.fixture(scope="session")
def embedder(embedder_paths: tuple[Path, Path]) -> Iterator[OnnxEmbedder]:
    model = OnnxEmbedder(*embedder_paths, name=EMBEDDER, threads=2)
    yield model
    model.close()


@pytest.fixture(scope="session")
def minilm_safetensors() -> Path:
    return _fetched(f"{EMBEDDER}.safetensors")


@pytest.fixture(scope="session")
def write_adapter(generator_path: Path, tmp_path_factory: pytest.TempPathFactory) -> AdapterWriter:
    """A LoRA of random numbers for the real base; `wider` makes it fit another one."""
    base = read_header(generator_path)
    folder = tmp_path_factory.mktemp("adapters")

    def write(seed: int, *, wider: int = 0, kind: str = "adapter", architecture: str = "llama") -> Path:
        path = folder / f"{seed}-{wider}-{kind}-{architecture}.gguf"
        random = np.random.default_rng(seed)
        writer = gguf.GGUFWriter(path, architecture)
        writer.add_type(kind)
        writer.add_string("adapter.type", "lora")
        writer.add_float32("adapter.lora.alpha", 8.0)
        for name, info in base.tensors.items():
            if name.endswith(("attn_q.weight", "attn_v.weight", "ffn_down.weight")):
                into, out = info.shape[0] + wider, info.shape[1] + wider
                writer.add_tensor(f"{name}.lora_a", random.normal(0, 0.02, (8, into)).astype(np.float32))
                writer.add_tensor(f"{name}.lora_b", random.normal(0, 1.5, (out, 8)).astype(np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path

    return write
