"""Settings of one workspace: `wellread.toml`, overridden by `WELLREAD_*`. The only file that reads the environment.

generator = "smollm2-135m-instruct"      # WELLREAD_GENERATOR
offline = true                           # WELLREAD_OFFLINE=1
"""

import json
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from wellread.errors import NotFoundError, SettingsError, UsageError

FILE = "wellread.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting with its default. Unknown names and wrong types are refused when read."""

    generator: str = "smollm2-135m-instruct"
    """A known name, the path of a .gguf file, `openai:MODEL@BASE_URL`, or `fake`."""
    embedder: str = "all-minilm-l6-v2"
    """A known name or `fake`. Another one takes effect with `wellread reindex`."""
    reranker: str = ""
    """Reads the best passages again beside the question: the path of a folder with a cross-encoder (model.onnx,
    tokenizer.json), `rerank:MODEL@BASE_URL`, or `fake`; empty means none."""
    teacher: str = ""
    """A generator that writes training questions; empty means none, and questions are mined by rule."""
    judges: str = ""
    """Generators that judge answers in `wellread evaluate`, parted by spaces; empty means none, and a rule judges."""
    api_key: str = ""
    """For OpenAI-compatible servers. Better given as WELLREAD_API_KEY than written into the file."""
    catalogue: str = ""
    """URL of the database of the catalogue, such as postgresql://user@host/name; empty is a file in the workspace."""
    index: str = ""
    """The engine that finds passages and where it keeps them: empty is the embedded one in the workspace; `lance` is
    Lance datasets in it, `lance:///FOLDER` in another folder, `s3://BUCKET/PREFIX` on object storage."""
    index_endpoint: str = ""
    """Where that storage is, such as https://minio.example:9000; empty is Amazon's."""
    index_region: str = ""
    """Where the bucket is kept, as the storage calls it."""
    weights: str = ""
    """Folder where weights are kept; empty is the user's cache folder."""
    offline: bool = False
    """Fetch nothing: weights must already be there."""
    threads: int = 0
    """Processor threads for models; 0 is all of them."""
    passages_reread: int = 20
    """Passages that a reranker reads."""
    passages_together: int = 3
    """Passages a model without an adapter is shown."""
    passages_one_by_one: int = 5
    """Passages a tuned reader reads at most."""
    answers_kept: int = 256
    """Answers that a process remembers, until anything changes; 0 remembers none."""
    agent_steps: int = 8
    """Steps that an agent takes for one question at most."""
    agent_tokens: int = 20_000
    """Tokens that the model which decides them takes at most, prompts included."""
    agent_seconds: int = 60
    """Seconds after which an agent looks up nothing more."""

    def __post_init__(self) -> None:
        if self.threads < 0:
            raise SettingsError(f"threads is {self.threads}: give 0 for all processors, or a positive number")
        if len(set(self.judges.split())) < len(self.judges.split()):
            raise SettingsError(f"judges is {self.judges!r}: name each judge once, two that are independent")
        if not 0 <= self.answers_kept <= 100_000:
            raise SettingsError(f"answers_kept is {self.answers_kept}: it must be from 0 to 100000")
        for name, most in {
            "passages_reread": 200,
            "passages_together": 50,
            "passages_one_by_one": 50,
            "agent_steps": 50,
            "agent_tokens": 1_000_000,
            "agent_seconds": 3_600,
        }.items():
            if not 1 <= getattr(self, name) <= most:
                raise SettingsError(f"{name} is {getattr(self, name)}: it must be from 1 to {most}")


def read(folder: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of the workspace at `folder`.

    Raises NotFoundError when there is no `wellread.toml`, SettingsError when a name or value in it is wrong.
    """
    path = folder / FILE
    if not path.is_file():
        raise NotFoundError(
            f"{folder} is not a workspace (no {FILE}): make one with `wellread init {folder}`"
        )
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as reason:
        raise SettingsError(f"{path} cannot be read: {reason}") from reason
    kinds = {field.name: type(field.default) for field in fields(Settings)}
    for name, value in written.items():
        if name not in kinds:
            raise SettingsError(f"{path}: there is no setting {name!r}; the settings are {', '.join(kinds)}")
        if type(value) is not kinds[name]:
            raise SettingsError(
                f"{path}: {name} is {value!r}, a {type(value).__name__}; it must be a {kinds[name].__name__}"
            )
    return Settings(**{**written, **_overrides(kinds, os.environ if environment is None else environment)})


def create(folder: Path) -> None:
    """Make `folder` a workspace, with every setting at its default; an existing one is left as it is.

    Raises UsageError when it is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: a workspace is a folder")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    if not path.exists():
        path.write_text(template(), encoding="utf-8")


def secret(source: str, environment: Mapping[str, str] | None = None) -> str | None:
    """The password, token or key of a source: `WELLREAD_SECRET_NAME`, its name in capitals with `_` for what is no
    letter or digit. None when it is not set; it stands in no file."""
    variable = f"WELLREAD_SECRET_{re.sub(r'[^A-Z0-9]', '_', source.upper())}"
    return (os.environ if environment is None else environment).get(variable)


def write(folder: Path, name: str, value: str) -> None:
    """Set one text setting in the workspace's file, and leave every other line as it is."""
    path = folder / FILE
    line = f"{name} = {json.dumps(value)}"
    text = path.read_text(encoding="utf-8")
    changed, found = re.subn(rf"(?m)^#?\s*{name}\s*=.*$", lambda _: line, text, count=1)
    beside = path.with_name(f"{FILE}.new")
    beside.write_text(changed if found else f"{text.rstrip()}\n{line}\n", encoding="utf-8")
    beside.replace(path)


def inherited(names: Iterable[str]) -> dict[str, str]:
    """Those of the environment's variables, for a program that is to see no others."""
    return {name: os.environ[name] for name in names if name in os.environ}


def find_workspace(start: Path) -> Path:
    """The nearest folder from `start` upward that is a workspace. Raises NotFoundError."""
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder
    raise NotFoundError(
        f"no {FILE} in {start} or above it: make a workspace with `wellread init DIR`, or name one with -w DIR"
    )


def template() -> str:
    """What `wellread init` writes: every setting, commented out, with its default."""
    lines = [
        "# Settings of this Wellread workspace. Each can also be given as WELLREAD_NAME in the environment.",
        "",
    ]
    for field in fields(Settings):
        default = field.default
        shown = (
            str(default).lower()
            if isinstance(default, bool)
            else f'"{default}"'
            if isinstance(default, str)
            else default
        )
        lines.append(f"# {field.name} = {shown}")
    return "\n".join(lines) + "\n"


def _overrides(kinds: Mapping[str, type], environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, kind in kinds.items():
        variable = f"WELLREAD_{name.upper()}"
        if variable not in environment:
            continue
        text = environment[variable]
        if kind is bool:
            if text.lower() not in ("1", "0", "true", "false"):
                raise SettingsError(f"{variable} is {text!r}: give 1 or 0")
            found[name] = text.lower() in ("1", "true")
        elif kind is int:
            if not re.fullmatch(r"[0-9]+", text):
                raise SettingsError(f"{variable} is {text!r}: give a whole number")
            found[name] = int(text)
        else:
            found[name] = text
    return found
