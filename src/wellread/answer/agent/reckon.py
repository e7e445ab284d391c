"""What an agent works out instead of guessing: sums, and which of two values is the greater. Pure functions."""

import ast
import operator
import re
from collections.abc import Callable

from wellread.errors import UsageError
from wellread.screen.values import Value, day_of, values

LONGEST = 200
"""Characters of an expression."""
_LARGEST = 1e15
_SHORT = 40
"""Characters of a value that is said again with the words around it."""
_NO_SUM = re.compile(r"[^\d\s.eE+*/%()-]|[^\S ]")
"""A comment would be read as Python, and shown to the model again as if it were ours; so would further lines."""
_BOTH: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}


def calculate(expression: str) -> str:
    """The value of `+ - * / % ( )` over numbers, as people write it ("1,200 * 3", "15% of 80" is "0.15 * 80").

    Raises UsageError for anything else, for a division by zero, and for what exceeds 1e15.
    """
    plain = expression.replace(",", "").replace("×", "*").replace("÷", "/").replace("−", "-").strip()
    try:
        if not plain or len(plain) > LONGEST or _NO_SUM.search(plain):
            raise ValueError
        result = _value(ast.parse(plain, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UsageError(
            f"{expression[:LONGEST]!r} is no sum: write numbers with + - * / % and brackets"
        ) from None
    except ZeroDivisionError:
        raise UsageError(f"{expression!r} divides by zero") from None
    return f"{result:,.10g}"


def compare(one: str, other: str) -> str:
    """What is known of two values, in a sentence: "greater", "less", "the same", days apart for dates.

    Each text has one value that can be compared (`screen.values`): an amount, a duration, a date. Raises UsageError
    where one has none, or both are of different kinds, which are never converted into each other.
    """
    first, second = _only(one), _only(other)
    # Little but the values is said again: what stands around them may be a passage's, which must not pass for ours.
    one, other = _written(one, first), _written(other, second)
    days = day_of(first), day_of(second)
    if days[0] and days[1]:
        apart = (days[1] - days[0]).days
        if apart == 0:
            return f"{one} and {other} are the same day"
        return f"{one} is {abs(apart)} days {'before' if apart > 0 else 'after'} {other}"
    if first.kind != second.kind:
        raise UsageError(
            f"{one!r} is in {first.kind} and {other!r} in {second.kind}: these cannot be compared"
        )
    difference = float(first.amount) - float(second.amount)
    if difference == 0:
        return f"{one} and {other} are the same"
    return f"{one} is {'greater' if difference > 0 else 'less'} than {other}, by {abs(difference):,.10g}"


def _only(text: str) -> Value:
    found = [value for value in values(text) if _is_comparable(value)]
    if not found:
        raise UsageError(f"{text[:LONGEST]!r} has no amount, duration or date that could be compared")
    return found[0]


def _written(text: str, value: Value) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHORT else " ".join(text[value.start : value.end].split())


def _is_comparable(value: Value) -> bool:
    if day_of(value):
        return True
    try:
        float(value.amount)
    except ValueError:
        return False
    return True


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            result = float(number)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            result = -_value(inner)
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            result = _value(inner)
        case ast.BinOp(left=left, op=how, right=right) if type(how) in _BOTH:
            result = _BOTH[type(how)](_value(left), _value(right))
        case _:
            raise ValueError
    if not abs(result) <= _LARGEST:
        raise ValueError
    return result
