"""Wrong use ends with a message that names the value, the rule and the fix, the right exit code, and nothing lost.

Exit codes: 0 done, 1 failed, 2 wrong use, 3 not found, 4 not allowed, 5 refused by a gate.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from program import Place


@pytest.fixture(autouse=True)
def _nothing_is_lost(place: Place) -> Iterator[None]:
    yield
    place.still_answers()


def test_no_command(place: Place) -> None:
    place.run().refused(2, "Usage: ", "Commands:")


def test_an_unknown_command(place: Place) -> None:
    place.run("serach", "leave").refused(2, "No such command 'serach'")


def test_an_unknown_option(place: Place) -> None:
    place.run("search", "leave", "--top", "3").refused(2, "No such option", "--top")


def test_a_number_that_is_none(place: Place) -> None:
    place.run("search", "leave", "-k", "many", "--json").refused(2, "-k", "valid integer")


def test_no_hits_asked_for(place: Place) -> None:
    place.run("search", "leave", "-k", "0", "--json").refused(2, "0 hits were asked for", "ask for 1 to 1000")


def test_more_hits_than_can_be_counted(place: Place) -> None:
    place.run("search", "leave", "-k", "9" * 18).refused(2, "ask for 1 to 1000")


def test_an_empty_question(place: Place) -> None:
    place.run("ask", "  ", "--json").refused(2, "the question is empty", "write what you look for")


def test_an_empty_question_to_be_explained(place: Place) -> None:
    place.run("search", "", "--explain").refused(2, "the question is empty")


def test_a_question_of_three_thousand_characters(place: Place) -> None:
    place.run("ask", "x" * 3000).refused(2, "3000 characters", "the limit is 2000")


def test_a_question_that_is_no_text(place: Place) -> None:
    for command in ("search", "ask"):
        place.run(command, os.fsdecode(b"caf\xe9")).refused(2, "is not UTF-8 text")
    place.run("people", "add", os.fsdecode(b"ren\xe9")).refused(2, "is not UTF-8 text")


def test_a_wrong_mode(place: Place) -> None:
    place.run("ask", "leave?", "--mode", "magic", "--json").refused(2, "'magic' is not one of", "traditional")


def test_an_unknown_model(place: Place) -> None:
    place.run("ask", "leave?", "--model", "gpt").refused(
        2, "no generator is called 'gpt'", "openai:MODEL@BASE_URL"
    )


def test_a_folder_that_is_no_workspace(place: Place, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    place.run("search", "leave", "-w", other, "--json").refused(
        3, str(other), "wellread.toml", "wellread init"
    )


def test_no_workspace_here_or_above(place: Place, tmp_path: Path) -> None:
    Place(tmp_path).run("search", "leave").refused(3, "no wellread.toml", "wellread init DIR")


def test_a_workspace_where_a_file_is(place: Place) -> None:
    place.run("init", "wellread.toml").refused(2, "is a file: a workspace is a folder")


def test_an_unknown_setting(place: Place) -> None:
    settings = place.root / "wellread.toml"
    kept = settings.read_text()
    settings.write_text(f'{kept}genrator = "fake"\n')
    place.run("search", "leave").refused(2, "no setting 'genrator'", "generator", str(settings))
    settings.write_text(f'{kept}threads = "all"\n')
    place.run("search", "leave").refused(2, "threads is 'all', a str; it must be a int")
    settings.write_text(kept)


def test_somebody_unknown(place: Place) -> None:
    place.run("ask", "leave?", "--as", "eve", "--json").refused(
        3, "no person 'eve'", "wellread people add eve"
    )


def test_a_name_that_is_none(place: Place) -> None:
    place.run("people", "add", "ann lee").refused(2, "'user:ann lee'", "without spaces")


def test_a_place_that_is_not_there(place: Place) -> None:
    place.run("add", "nowhere.pdf", "--json").refused(3, str(place.root / "nowhere.pdf"), "check the name")


def test_an_empty_folder(place: Place) -> None:
    (place.root / "empty").mkdir()
    place.run("add", "empty", "--json").refused(2, "holds no files", "name a place with documents")
    assert [one["source"] for one in place.run("sync", "--json").json["sources"]] == ["handbook"]


def test_readers_that_are_none(place: Place) -> None:
    place.run("add", "handbook", "--readers", "bob").refused(2, "'bob' is not a reader", "user:NAME")
    place.run("add", "handbook", "--readers", ",").refused(2, "no readers given", "everyone")


def test_a_name_that_another_place_has(place: Place) -> None:
    other = place.root / "other"
    other.mkdir()
    (other / "canteen.md").write_text("Lunch is at noon.\n")
    place.run("add", other, "--name", "handbook").refused(2, "'handbook' is already", "choose another name")


def test_an_unknown_source(place: Place) -> None:
    place.run("sync", "wiki").refused(3, "'wiki'", "wellread add")


def test_documents_that_cannot_be_read_are_named_and_the_rest_is_taken(place: Place) -> None:
    folder = damaged(place.root / "damaged")
    (folder / "good.md").write_text("The canteen serves lunch at noon.\n")
    ended = place.run("add", folder, "--json")
    assert ended.code == 0, ended.err
    failed = {one["uri"]: one["error"] for one in ended.json["failed"]}
    assert failed.keys() == {"broken.pdf", "garbage.docx", "locked.pdf"}
    assert "password" in failed["locked.pdf"]
    assert all(len(reason) > 20 for reason in failed.values())
    assert ended.json["added"] == 1
    assert place.run("search", "lunch", "-k", "1", "--json").json["hits"][0]["uri"] == "good.md"


def test_nothing_but_documents_that_cannot_be_read(place: Place) -> None:
    ended = place.run("add", damaged(place.root / "damaged"))
    assert ended.code == 1
    assert "Traceback" not in ended.err
    for name in ("broken.pdf", "garbage.docx", "locked.pdf", "nothing could be read of damaged"):
        assert name in ended.err


def test_a_single_file_of_garbage(place: Place) -> None:
    (place.root / "photo.md").write_bytes(bytes(range(256)) * 40)
    ended = place.run("add", "photo.md", "--json")
    assert (ended.code, ended.json["added"]) == (1, 0)
    assert ended.json["failed"][0]["uri"] == "photo.md"
    assert "Traceback" not in ended.err


def test_somebody_outside_the_audience_of_an_adapter(place: Place) -> None:
    place.run("ask", "salary?", "--as", "bob", "--adapter", "adp_hr", "--json").refused(
        4, "adp_hr", "group:hr", "ask as somebody who may read all of them"
    )
    place.run("retire", "adp_hr", "--as", "bob").refused(4, "group:hr", "bob")


def test_an_unknown_adapter(place: Place) -> None:
    place.run("promote", "adp_none", "--json").refused(3, "no adapter 'adp_none'", "wellread adapters")
    place.run("retire", "adp_none").refused(3, "adp_none")


def test_a_task_and_a_method_that_are_not_there(place: Place) -> None:
    place.run("curate", "--task", "poetry").refused(2, "'poetry' is not a task", "choose qa")
    place.run("tune", "--method", "magic").refused(2, "'magic' is not a method", "choose lora")
    place.run("tune", "--epochs", "0").refused(2, "epochs is 0: it must be at least 1")


def test_an_unknown_dataset(place: Place) -> None:
    place.run("tune", "none", "--json").refused(3, "'none'")


GOOD = '{"question": "What is the notice period?", "answer": "four weeks", "document": "leave.md"}'


def test_a_bad_row_to_train_on_is_named_by_its_line(place: Place) -> None:
    rows = place.root / "rows.jsonl"
    rows.write_text(f'{GOOD}\n{{"question": "And?"}}\nnot json\n')
    ended = place.run("curate", "--from", rows)
    assert ended.code == 0, ended.err
    assert "row 2 not taken: answer is missing" in ended.err
    assert "row 3 not taken: not JSON" in ended.err
    assert "1 examples" in ended.out


def test_nothing_but_bad_rows_to_train_on(place: Place) -> None:
    rows = place.root / "rows.jsonl"
    rows.write_text('\n{"question": "And?"}\n')
    place.run("curate", "--from", rows, "--json").refused(5, str(rows), "line 2: answer is missing")
    place.run("curate", "--from", "none.jsonl").refused(3, "none.jsonl", "check the name")
    rows.write_bytes(b"\xff\xfe\x00")
    place.run("curate", "--from", rows).refused(1, "UTF-8")


def test_a_bad_row_to_compare_on_is_named_by_its_line(place: Place) -> None:
    rows = place.root / "rows.jsonl"
    rows.write_text(f'not json\n{GOOD}\n{{"answer": "x"}}\n')
    ended = place.run("compare", "--questions", rows, "--arms", "base,rag")
    assert ended.code == 0, ended.err
    assert "line 1 not taken: not JSON" in ended.err
    assert "line 3 not taken: question is missing" in ended.err


def test_nothing_but_bad_rows_to_compare_on(place: Place) -> None:
    rows = place.root / "rows.jsonl"
    rows.write_text("not json\n")
    place.run("compare", "--questions", rows, "--json").refused(5, str(rows), "line 1: not JSON")
    place.run("compare", "--questions", "none.jsonl").refused(3, "none.jsonl")
    place.run("compare", "--arms", "rag,magic").refused(2, "'magic' is not an arm", "tuned+rag")
    place.run("decide", "--json").refused(3, "nothing was compared yet", "wellread compare")


def damaged(folder: Path) -> Path:
    """Files that claim to be documents and cannot be read: cut off, noise, and behind a password."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    folder.mkdir()
    for name, lock in (("whole.pdf", None), ("locked.pdf", StandardEncryption("secret", canPrint=0))):
        canvas = Canvas(str(folder / name), encrypt=lock)
        canvas.drawString(72, 720, "The canteen serves lunch at noon.")
        canvas.save()
    whole = folder / "whole.pdf"
    (folder / "broken.pdf").write_bytes(whole.read_bytes()[:200])
    whole.unlink()
    (folder / "garbage.docx").write_bytes(os.urandom(4000))
    return folder
