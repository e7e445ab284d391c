"""What could not be listed, collected while listing."""

from collections.abc import Iterator
from contextlib import contextmanager

from wellread.errors import ParseError

_TOLD = 20


class Problems:
    """Told in one error, the first ones in words."""

    def __init__(self) -> None:
        self._told: list[str] = []
        self._others = 0

    def add(self, problem: str) -> None:
        """One more."""
        if len(self._told) < _TOLD:
            self._told.append(problem)
        else:
            self._others += 1

    @contextmanager
    def noting(self, where: str = "") -> Iterator[None]:
        """A ParseError within ends the block and is added, behind `where`."""
        try:
            yield
        except ParseError as error:
            self.add(f"{where}: {error}" if where else str(error))

    def raise_if_any(self) -> None:
        """Raises ParseError with all that were added."""
        more = [f"and {self._others:,} more"] if self._others else []
        if self._told:
            raise ParseError("\n".join([*self._told, *more]))
