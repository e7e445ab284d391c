"""Settings are typed, refused when wrong, and overridden by the environment."""

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from wellread.errors import NotFoundError, SettingsError
from wellread.settings import FILE, Settings, find_workspace, read, secret, template, write


def written(folder: Path, text: str) -> Path:
    (folder / FILE).write_text(text)
    return folder


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    assert read(written(tmp_path, ""), {}) == Settings()


def test_the_template_names_every_setting_with_its_default(tmp_path: Path) -> None:
    assert read(written(tmp_path, template()), {}) == Settings()
    uncommented = "\n".join(line.removeprefix("# ") for line in template().splitlines()[2:])
    defaults = {field.name: field.default for field in fields(Settings)}
    assert tomllib.loads(uncommented) == defaults


def test_the_file_is_overridden_by_the_environment(tmp_path: Path) -> None:
    folder = written(tmp_path, 'generator = "a.gguf"\nthreads = 2\noffline = true\n')
    assert read(folder, {}) == Settings(generator="a.gguf", threads=2, offline=True)
    environment = {"WELLREAD_THREADS": "3", "WELLREAD_OFFLINE": "0", "WELLREAD_EMBEDDER": "fake", "HOME": "/"}
    assert read(folder, environment) == Settings(generator="a.gguf", threads=3, embedder="fake")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('genrator = "fake"', "there is no setting 'genrator'; the settings are generator, embedder"),
        ("[models]\nx = 1", "there is no setting 'models'"),
        ("generator = 3", "generator is 3, a int; it must be a str"),
        ('threads = "4"', "threads is '4', a str; it must be a int"),
        ("threads = true", "threads is True, a bool"),
        ("threads = -1", "threads is -1: give 0"),
        ("passages_together = 0", "passages_together is 0: it must be from 1 to 50"),
        ("passages_one_by_one = 51", "passages_one_by_one is 51"),
        ("offline = 1", "offline is 1, a int; it must be a bool"),
        ("generator = ", "cannot be read"),
    ],
)
def test_a_wrong_file_names_the_value_and_the_rule(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(written(tmp_path, text), {})
    assert named in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "value", "named"),
    [
        ("WELLREAD_THREADS", "many", "give a whole number"),
        ("WELLREAD_THREADS", "²", "give a whole number"),
        ("WELLREAD_THREADS", "-1", "give a whole number"),
        ("WELLREAD_OFFLINE", "maybe", "give 1 or 0"),
        ("WELLREAD_PASSAGES_TOGETHER", "99", "from 1 to 50"),
    ],
)
def test_a_wrong_variable_is_named(tmp_path: Path, variable: str, value: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        read(written(tmp_path, ""), {variable: value})


def test_a_file_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"generator = '\xff'")
    with pytest.raises(SettingsError, match="cannot be read"):
        read(tmp_path, {})


def test_the_nearest_folder_upward_is_the_workspace(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    with pytest.raises(NotFoundError, match="wellread init DIR"):
        find_workspace(inner)
    written(tmp_path, "")
    assert find_workspace(inner) == tmp_path
    written(tmp_path / "a", "")
    assert find_workspace(inner) == tmp_path / "a"


def test_a_folder_without_the_file_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="is not a workspace"):
        read(tmp_path, {})


def test_a_setting_is_written_where_it_stood_and_the_rest_stays(tmp_path: Path) -> None:
    folder = written(tmp_path, template() + "# a note of one's own\n")
    before = (folder / FILE).read_text().splitlines()
    write(folder, "catalogue", 'postgresql://ann@db/"quoted"')
    after = (folder / FILE).read_text().splitlines()
    assert read(folder, {}).catalogue == 'postgresql://ann@db/"quoted"'
    assert [one for one, other in zip(before, after, strict=True) if one != other] == ['# catalogue = ""']
    write(folder, "catalogue", "")
    assert read(folder, {}) == Settings()


def test_a_setting_that_the_file_lacks_is_added(tmp_path: Path) -> None:
    folder = written(tmp_path, "threads = 2")
    write(folder, "catalogue", "sqlite:////x.db")
    assert read(folder, {}) == Settings(threads=2, catalogue="sqlite:////x.db")


def test_a_secret_comes_from_the_environment_by_the_name_of_its_source() -> None:
    environment = {"WELLREAD_SECRET_MAIL_2026": "hush", "WELLREAD_SECRET_": "no"}
    assert secret("mail.2026", environment) == "hush"
    assert secret("other", environment) is None
