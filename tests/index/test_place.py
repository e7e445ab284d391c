"""The settings that name the engine and its place, and what is refused of them."""

import importlib.util
from pathlib import Path

import pytest

from wellread.errors import SettingsError
from wellread.index.place import IndexPlace, indexes
from wellread.index.serving import IndexFolder


def test_nothing_said_is_the_embedded_engine_in_the_workspace(tmp_path: Path) -> None:
    made = indexes(IndexPlace(), tmp_path)
    assert isinstance(made, IndexFolder)
    assert made.root == tmp_path / "index"


@pytest.mark.parametrize(
    ("setting", "place"),
    [
        ("lance", "{}/lance"),
        ("lance:///shared/know ledge", "/shared/know ledge"),
        ("s3://bucket/a/b/", "s3://bucket/a/b"),
    ],
)
def test_a_place_of_lance_datasets(tmp_path: Path, setting: str, place: str) -> None:
    pytest.importorskip("lance", reason="the extra wellread[lance] is not installed")
    assert indexes(IndexPlace(setting=setting), tmp_path).place == place.format(tmp_path)


@pytest.mark.parametrize(
    ("place", "named"),
    [
        (IndexPlace(setting="tantivy"), "index is 'tantivy': leave it empty"),
        (IndexPlace(setting="lance://relative"), "write lance, lance:///FOLDER"),
        (IndexPlace(setting="s3://B/x"), "'B' is no name of a bucket"),
        (IndexPlace(setting="s3://bucket"), "write a prefix of its own, s3://bucket/PREFIX"),
        (IndexPlace(setting="s3://bucket/a?b"), "without"),
        (IndexPlace(setting="s3://bucket/x", endpoint="minio:9000"), "write it as https://HOST:PORT"),
        (IndexPlace(setting="s3://bucket/x", secret="onlyone"), "write ACCESS_KEY:SECRET_KEY"),
    ],
)
def test_a_wrong_setting_names_the_value_and_the_rule(tmp_path: Path, place: IndexPlace, named: str) -> None:
    with pytest.raises(SettingsError) as refused:
        indexes(place, tmp_path)
    assert named in str(refused.value)
    assert "onlyone" not in str(refused.value)


def test_without_the_extra_the_error_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"pip install 'wellread\[lance\]'"):
        indexes(IndexPlace(setting="lance"), tmp_path)


def test_a_key_is_not_shown() -> None:
    assert "hidden" not in repr(IndexPlace(setting="s3://bucket/x", secret="key:hidden"))
