"""Numbers as spreadsheets show them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wellread.ingest.parse.office.number_format import formatter, general


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1.0, "1"),
        (0.1 + 0.2, "0.3"),
        (5 / 7, "0.7142857143"),
        (-0.0, "0"),
        (123456789012.0, "123456789012"),
        (1234567890.123, "1234567890.123"),
        (1e20, "100000000000000000000"),
        (1e21, "1E+21"),
        (0.00001, "0.00001"),
        (float("nan"), ""),
        (float("-inf"), ""),
    ],
)
def test_numbers_without_a_format(value: float, shown: str) -> None:
    assert general(value) == shown
    assert formatter("General")(value) == shown
    assert formatter("@")(value) == shown


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("0.00", 1.005, "1.01"),
        ("0.00", -2.5, "-2.50"),
        ("0.00", -0.001, "0.00"),
        ("#,##0.00", 1234567.891, "1234567.89"),
        ("#.##", 0.5, "0.5"),
        ("0.0#", 2.0, "2.0"),
        ("#,###", 0, ""),
        ("0%", 0.125, "13%"),
        ("0.0%", 0.125, "12.5%"),
        ("00000", 123, "00123"),
        ("000-00-0000", 123456789, "123-45-6789"),
        ("(###) ###-####", 5551234567, "(555) 123-4567"),
        ('#,##0.0,,"M"', 12_345_678, "12.3M"),
        ('0" kg"', 5, "5 kg"),
        ("[$€-407] #,##0.00", 3.5, "€ 3.50"),
        ("\\Q0", 3, "Q3"),
        ("#,##0 USD", 1234.6, "1235 USD"),
        ('General" units"', 2.5, "2.5 units"),
        ("# ?/?", 0.5, "0.5"),
        ("0.00E+00", 12345, "12345"),
        ("0.0", 1e300, "1E+300"),
    ],
)
def test_decimals_units_and_scales(code: str, value: float, shown: str) -> None:
    assert formatter(code)(value) == shown


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("#,##0_);(#,##0)", -5, "-5"),
        ("#,##0;[Red]#,##0", -1234, "-1234"),
        ("[Red]-0.0;0", -2, "-2"),
        ('0;(0)" net"', -2, "-(2) net"),
        ('_-* #,##0.00 €_-;-* #,##0.00 €_-;_-* "-"?? €_-;_-@_-', -3, "-3.00 €"),
        ('_-* #,##0.00 €_-;-* #,##0.00 €_-;_-* "-"?? €_-;_-@_-', 0, "- €"),
        ('"Yes";"Yes";"No"', 1, "Yes"),
        ('"Yes";"Yes";"No"', 0, "No"),
        (";;;", 5, ""),
        ('[>=1000]0.0,"k";0', 1500, "1.5k"),
        ('[>=1000]0.0,"k";0', 20, "20"),
        ('[<1]"low";[>9]"high"', 5, "high"),
    ],
)
def test_sections_for_negative_numbers_zero_and_conditions(code: str, value: float, shown: str) -> None:
    assert formatter(code)(value) == shown


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("dd/mm/yyyy", 45_000, "2023-03-15"),
        ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", 45_000, "2023-03-15"),
        ("dd/mm/yyyy hh:mm", 45_000.5, "2023-03-15 12:00"),
        ("dd/mm/yyyy hh:mm", 45_000, "2023-03-15"),
        ("hh:mm", 45_000, "00:00"),
        ("m/d/yy h:mm:ss", 45_000.500_011_6, "2023-03-15 12:00:01"),
        ("mmm-yy", 45_000, "2023-03"),
        ("yyyy", 45_000, "2023"),
        ("d-mmm", 45_000, "2023-03-15"),
        ("yyyy h:mm", 45_000.5, "2023-03-15 12:00"),
        ("h:mm AM/PM", 0.75, "18:00"),
        ("hh:mm", 45_000.25, "06:00"),
        ("[h]:mm", 1.5, "36:00"),
        ("[h]:mm:ss", -0.500_011_6, "-12:00:01"),
        ("[mm]:ss", 0.0625, "90:00"),
        ("[ss]", 0.001, "86"),
        ("mm/dd/yy", 1, "1900-01-01"),
        ("mm/dd/yy", 61, "1900-03-01"),
        ("yyyy-mm-dd", 2_958_465, "9999-12-31"),
        ("yyyy-mm-dd", 2_958_466, "2958466"),
        ("yyyy-mm-dd", -1, "-1"),
    ],
)
def test_dates_and_times_are_iso(code: str, value: float, shown: str) -> None:
    assert formatter(code)(value) == shown


def test_days_may_count_from_1904() -> None:
    assert formatter("yyyy-mm-dd", date_1904=True)(0) == "1904-01-01"
    assert formatter("yyyy-mm-dd", date_1904=True)(43_538) == "2023-03-15"


@given(st.text("0#?.,;[]<>=\"\\_*@%EeG-+ymdhsAMP/ $'", max_size=30) | st.text(max_size=20), st.floats())
def test_any_code_shows_something_or_nothing(code: str, value: float) -> None:
    assert isinstance(formatter(code)(value), str)
