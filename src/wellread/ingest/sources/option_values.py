"""What users say in a source's options, as values."""

from collections.abc import Mapping

from wellread.errors import UsageError

_YES_OR_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def whole_number(options: Mapping[str, str], name: str, usual: int, *, least: int, most: int) -> int:
    """The option `name`, from `least` to `most`. Raises UsageError."""
    text = options.get(name, str(usual)).strip()
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise UsageError(f"the option {name} is {text!r}: give a whole number from {least:,} to {most:,}")
    return int(text)


def seconds(options: Mapping[str, str], name: str, usual: float, *, most: float) -> float:
    """The option `name`, from 0 to `most`. Raises UsageError."""
    text = options.get(name, str(usual)).strip()
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= most:
        raise UsageError(f"the option {name} is {text!r}: give seconds from 0 to {most:g}")
    return value


def yes_or_no(options: Mapping[str, str], name: str, usual: bool) -> bool:
    """The option `name`. Raises UsageError."""
    text = options.get(name, "yes" if usual else "no").strip().lower()
    if text not in _YES_OR_NO:
        raise UsageError(f"the option {name} is {text!r}: give yes or no")
    return _YES_OR_NO[text]


def several(options: Mapping[str, str], name: str) -> tuple[str, ...]:
    """The option `name`, separated by commas."""
    return tuple(filter(None, (part.strip() for part in options.get(name, "").split(","))))
