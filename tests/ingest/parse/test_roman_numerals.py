"""Roman numerals of lists and notes."""

import re

import pytest

from wellread.ingest.parse.roman_numerals import roman

VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
# Thousands to ones, each as it may be written.
WRITTEN = re.compile(r"m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")


def value(numeral: str) -> int:
    signs = [VALUES[sign] for sign in numeral]
    return sum(-one if one < after else one for one, after in zip(signs, [*signs[1:], 0], strict=True))


def test_every_number_is_written_by_the_rules_and_reads_back() -> None:
    for number in range(1, 4000):
        assert WRITTEN.fullmatch(roman(number))
        assert value(roman(number)) == number


@pytest.mark.parametrize("number", [-1, 0, 4000, 123_456])
def test_what_has_no_numeral_is_in_digits(number: int) -> None:
    assert roman(number) == str(number)
