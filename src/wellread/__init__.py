"""Answers from your own documents: looked up, studied, or both, and measured.

import wellread

with wellread.open("knowledge") as workspace:
    workspace.add("handbook", readers="everyone")
    print(workspace.ask("How long is the notice period?").text)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wellread.errors import WellreadError
    from wellread.flows.compare import CompareRequest
    from wellread.flows.curate import CurateRequest
    from wellread.flows.evaluate import EvaluateRequest
    from wellread.flows.quality import QualityRequest
    from wellread.settings import Settings
    from wellread.tune.recipe import Recipe
    from wellread.workspace import Workspace, init
    from wellread.workspace import open_workspace as open

__all__ = [
    "CompareRequest",
    "CurateRequest",
    "EvaluateRequest",
    "QualityRequest",
    "Recipe",
    "Settings",
    "WellreadError",
    "Workspace",
    "init",
    "open",
]

_HOMES = {
    "CompareRequest": "wellread.flows.compare:CompareRequest",
    "CurateRequest": "wellread.flows.curate:CurateRequest",
    "EvaluateRequest": "wellread.flows.evaluate:EvaluateRequest",
    "QualityRequest": "wellread.flows.quality:QualityRequest",
    "Recipe": "wellread.tune.recipe:Recipe",
    "Settings": "wellread.settings:Settings",
    "WellreadError": "wellread.errors:WellreadError",
    "Workspace": "wellread.workspace:Workspace",
    "init": "wellread.workspace:init",
    "open": "wellread.workspace:open_workspace",
}


def __getattr__(name: str) -> Any:
    # What is offered is imported when it is asked for: `wellread --help` need not wait for a database and arrays.
    if name not in _HOMES:
        raise AttributeError(f"module 'wellread' has no attribute {name!r}; it offers {', '.join(__all__)}")
    module, _, attribute = _HOMES[name].partition(":")
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
