"""What is not a plain answer is told after it."""

from program import Place


def test_both_sides_are_shown_with_what_helps_to_weigh_them(place: Place) -> None:
    (place.root / "news").mkdir()
    (place.root / "news" / "holidays.md").write_text(
        "# Holidays\n\nEmployees have 30 days of annual leave.\n"
    )
    place.run("add", "news", "--readers", "everyone", "--trust", "reviewed")
    told = place.run("ask", "How many days of annual leave do employees have?").out
    assert "25 days" in told and "30 days" in told
    assert "\n  sources disagree\n" in told
    assert "holidays.md, changed 20" in told and ", reviewed (" in told


def test_a_plain_answer_and_a_refusal_have_no_such_line(place: Place) -> None:
    for question in ("What is the notice period?", "Who is the chair of Venus?"):
        told = place.run("ask", question).out
        assert "answered" not in told and "changed" not in told
