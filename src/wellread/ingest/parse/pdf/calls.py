"""Calls into PDFium without the checks of each argument's type, which take as long as a short call.

Only for what is called for every word or every object of a page; addresses are plain integers then.
"""

import ctypes
from collections.abc import Callable
from typing import Any


def unchecked(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    """`function` of PDFium with other types for its result and its arguments, of the same sizes."""
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


def address_of(handle: Any) -> int:
    """The address that a handle of PDFium points to."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0
