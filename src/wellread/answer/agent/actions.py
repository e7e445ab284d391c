"""What an agent can do. All of it reads; nothing writes, sends, or reaches outside the asker's own documents.

Passages are called by the number under which they were shown. So an agent, or an instruction that stands in a passage
and that it obeys, cannot name a document that this asker was not shown already.
"""

import json
from dataclasses import dataclass
from typing import Any

from wellread.errors import UsageError
from wellread.models.protocols import Tool
from wellread.records.conversation import Call

LONGEST_TEXT = 300
"""Characters of a query or value; the rest is cut off."""


@dataclass(frozen=True, slots=True)
class Search:
    """Look for passages in everything that the asker may read, names followed."""

    query: str


@dataclass(frozen=True, slots=True)
class FindInDocument:
    """Look for passages in the document of one that was shown."""

    passage: int
    query: str


@dataclass(frozen=True, slots=True)
class OpenAround:
    """Read what stands before and after a passage that was shown."""

    passage: int


@dataclass(frozen=True, slots=True)
class ListVersions:
    """When which version of a shown passage's document held."""

    passage: int


@dataclass(frozen=True, slots=True)
class Calculate:
    """Work out a sum."""

    expression: str


@dataclass(frozen=True, slots=True)
class Compare:
    """Which of two amounts, durations or dates is the greater."""

    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Finish:
    """Stop looking. `answer` is what a model wants to say; "" leaves it to the reading of what was found."""

    answer: str = ""


Action = Search | FindInDocument | OpenAround | ListVersions | Calculate | Compare | Finish

_TEXT = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}
_NUMBER = {"type": "integer", "minimum": 1}
_ACTIONS: dict[str, tuple[type[Action], str, dict[str, Any]]] = {
    "search": (Search, "Look for passages in all documents.", {"query": _TEXT}),
    "find_in_document": (
        FindInDocument,
        "Look for passages in the document of a passage that was shown, by its number.",
        {"passage": _NUMBER, "query": _TEXT},
    ),
    "open_around": (
        OpenAround,
        "Read what stands before and after a passage that was shown, by its number.",
        {"passage": _NUMBER},
    ),
    "list_versions": (
        ListVersions,
        "List when which version of a shown passage's document held, by the passage's number.",
        {"passage": _NUMBER},
    ),
    "calculate": (Calculate, "Work out a sum of numbers with + - * / % and brackets.", {"expression": _TEXT}),
    "compare": (
        Compare,
        "Tell which of two amounts, durations or dates is the greater.",
        {"one": _TEXT, "other": _TEXT},
    ),
    "finish": (
        Finish,
        "Answer in one or two short sentences from the passages shown, or say that they do not tell.",
        {"answer": _TEXT},
    ),
}
_NAMES: dict[type[Action], str] = {kind: name for name, (kind, _, _) in _ACTIONS.items()}

TOOLS = tuple(
    Tool(
        name,
        description,
        {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False},
    )
    for name, (_, description, fields) in _ACTIONS.items()
)
"""As models are offered them."""

SCHEMA: dict[str, Any] = {
    "anyOf": [
        {
            "type": "object",
            "properties": {"tool": {"const": tool.name}, **tool.parameters["properties"]},
            "required": ["tool", *tool.parameters["required"]],
            "additionalProperties": False,
        }
        for tool in TOOLS
    ]
}
"""One action as JSON, for models that cannot call tools."""


def name_of(action: Action) -> str:
    """What its tool is called."""
    return _NAMES[type(action)]


def of_call(call: Call) -> Action:
    """The action that a model asked for. Raises UsageError, for the model to read, where there is no such."""
    return _read(call.tool, _object(call.arguments))


def of_json(text: str) -> Action:
    """The action in a completion that was to satisfy `SCHEMA`. Raises UsageError as `of_call`."""
    said = _object(text)
    return _read(str(said.pop("tool", "")), said)


def _object(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text or "{}")
    except (json.JSONDecodeError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise UsageError(f"{text[:80]!r} is no JSON object: give the arguments by name")
    return read


def _read(tool: str, given: dict[str, Any]) -> Action:
    if tool not in _ACTIONS:
        raise UsageError(f"there is no tool {tool[:40]!r}: the tools are {', '.join(_ACTIONS)}")
    kind, _, fields = _ACTIONS[tool]
    values: dict[str, Any] = {}
    for name, wanted in fields.items():
        value = given.get(name)
        if wanted is _TEXT and isinstance(value, str) and value.strip():
            values[name] = value.strip()[:LONGEST_TEXT]
        elif wanted is _NUMBER and isinstance(value, int) and not isinstance(value, bool) and value > 0:
            values[name] = value
        else:
            form = "a text" if wanted is _TEXT else "the number of a passage that was shown"
            raise UsageError(f"{tool} needs {name}, {form}")
    return kind(**values)
