from hypothesis import given
from hypothesis import strategies as st

from wellread.curate.plain import OPAQUE, plain

MARKED_UP = (
    'You **must** file [the form]({% page "/x/" %}) within\n'
    "[5 days](https://a.example/b_(c))<br>of _it_ \\[now]."
)


def test_markup_is_left_out_and_words_stay() -> None:
    assert plain(MARKED_UP).text == "You must file the form within 5 days of it [now]."


def test_a_span_of_words_leads_back_to_the_original() -> None:
    view = plain(MARKED_UP, offset=7)
    at = view.text.index("5 days")
    start, end = view.original(at, at + len("5 days"))
    assert MARKED_UP[start - 7 : end - 7] == "5 days"


def test_images_and_template_tags_leave_one_opaque_character() -> None:
    assert plain('Ask in {% channel "x" %} or ![see](a.png).').text == f"Ask in {OPAQUE} or {OPAQUE}."


@given(st.text(alphabet="ab *_[]()`<>\\|{}%!\n#", max_size=60))
def test_every_character_is_where_its_origin_says(raw: str) -> None:
    view = plain(raw)
    assert list(view.origins) == sorted(set(view.origins))
    assert len(view.origins) == len(view.text)
    for character, origin in zip(view.text, view.origins, strict=True):
        assert (
            raw[origin] == character
            or character == OPAQUE
            or (character == " " and not raw[origin].isalnum())
        )
