"""`wellread conversations`, and `wellread ask` within one."""

from program import Place

NOTICE = "How long is the notice period?"


def test_a_conversation_is_begun_gone_on_with_shown_and_deleted(place: Place) -> None:
    begun = place.run("ask", NOTICE, "--as", "ann", "--conversation", "new", "--json").json
    identifier = begun["conversation"]
    told = place.run("ask", "What is it?", "--as", "ann", "--continue")
    assert told.out.startswith("The notice period is four weeks.\n")
    assert "understood as: What is the notice period?" in told.err
    [listed] = place.run("conversations", "list", "--as", "ann", "--json").json["conversations"]
    assert (listed["id"], listed["length"], listed["title"]) == (identifier, 2, NOTICE)
    shown = place.run("conversations", "show", identifier, "--as", "ann", "--json").json
    assert shown["conversation"]["id"] == identifier
    assert [turn["resolved"] for turn in shown["turns"]] == [NOTICE, "What is the notice period?"]
    assert shown["turns"][0]["citations"] == begun["citations"]
    assert shown["turns"][0]["withheld"] == []
    plain = place.run("conversations", "show", "--as", "ann")
    assert "2. What is it?\nThe notice period is four weeks.\n  [1] leave.md" in plain.out
    assert place.run("conversations", "list", "--as", "bob", "--json").json == {"conversations": []}
    for action in ("show", "delete"):
        place.run("conversations", action, identifier, "--as", "bob").refused(3, "bob has no conversation")
    assert place.run("conversations", "delete", identifier, "--as", "ann", "--json").json == {"deleted": 1}
    assert place.run("conversations", "delete", "--all", "--as", "ann").out == "0 deleted\n"


def test_a_question_that_is_not_clear_says_so_in_json(place: Place) -> None:
    answer = place.run("ask", "How long does it take?", "--json").json
    assert (answer["answered"], answer["verdict"], answer["conversation"]) == (False, "unclear", None)
    assert answer["answer"] == "What is “it”? Ask again and name it."
    assert (answer["statements"], answer["citations"]) == ([], [])


def test_conversations_used_wrongly(place: Place) -> None:
    place.run("ask", NOTICE, "--conversation", "new").refused(2, "belongs to a person", "--as NAME")
    place.run("conversations", "list").refused(2, "belongs to a person")
    place.run("ask", NOTICE, "--as", "ann", "--continue").refused(3, "ann has no conversation yet")
    place.run("ask", NOTICE, "--as", "ann", "--continue", "--conversation", "new").refused(2, "leave it out")
    place.run("conversations", "delete", "--as", "ann").refused(2, "--all")
