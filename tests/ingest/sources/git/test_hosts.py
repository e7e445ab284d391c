"""Repositories at real hosts: who is let in, what a token is given to, and hosts that are busy or silent."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from git_hosts import WebHost, ssh_host, web_host
from git_repositories import Remote, needs_git, texts

from wellread.errors import NotFoundError, UnreachableError
from wellread.ingest.sources.git import mirror as git_mirror

pytestmark = needs_git


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    return Remote(tmp_path)


@pytest.fixture
def web(tmp_path: Path, remote: Remote, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebHost]:
    remote.repository.commit(a="one")
    with web_host(tmp_path, tmp_path / "web") as host:
        monkeypatch.setenv("GIT_SSL_CAINFO", str(host.certificate))
        yield host


def test_https_without_a_password(remote: Remote, web: WebHost) -> None:
    assert texts(remote.open(web.address("docs/.git"))) == {"a": "one"}
    with pytest.raises(NotFoundError, match="no repository"):
        list(remote.open(web.address("gone.git")).items())


def test_a_token_is_given_to_the_host_and_stands_nowhere(
    remote: Remote, web: WebHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    started = subprocess.Popen.__init__

    def recording(self: subprocess.Popen[bytes], command: list[str], **named: object) -> None:
        commands.append(command)
        started(self, command, **named)

    monkeypatch.setattr(subprocess.Popen, "__init__", recording)
    web.password = "hush'\"$ %41ä"
    address = web.address("docs/.git")
    assert texts(remote.open(address, secret=web.password)) == {"a": "one"}
    assert any(authorization for _, authorization in web.asked)
    assert not any("hush" in part for command in commands for part in command if "git" in command[0])
    kept = [path.read_bytes() for path in remote.cache.rglob("*") if path.is_file()]
    assert not any(b"hush" in content for content in kept)
    web.user = "ann"
    named = address.replace("https://", "https://ann@")
    assert texts(remote.open(named, secret=web.password)) == {"a": "one"}


@pytest.mark.parametrize("secret", [None, "wrong"])
def test_a_missing_or_wrong_token_says_where_to_put_it(
    remote: Remote, web: WebHost, secret: str | None
) -> None:
    web.password = "hush"
    with pytest.raises(UnreachableError, match="WELLREAD_SECRET_NAME") as refused:
        list(remote.open(web.address("docs/.git"), secret=secret).items())
    assert "wrong" not in str(refused.value)


def test_a_token_does_not_follow_to_another_host(remote: Remote, web: WebHost, tmp_path: Path) -> None:
    with web_host(tmp_path, tmp_path / "other web") as other:
        other.password = "hush"
        web.answers = [(302, {"Location": other.address("docs/.git/info/refs?service=git-upload-pack")})]
        shutil.copyfileobj(other.certificate.open("rb"), web.certificate.open("ab"))
        with pytest.raises(UnreachableError):
            list(remote.open(web.address("docs/.git"), secret="hush").items())
        assert other.asked
        assert not any(authorization for _, authorization in other.asked)


def test_a_host_that_is_busy_is_asked_again_a_few_times(remote: Remote, web: WebHost) -> None:
    web.answers = [(429, {"Retry-After": "1"}), (503, {})]
    assert texts(remote.open(web.address("docs/.git"))) == {"a": "one"}
    web.asked.clear()
    web.answers = [(503, {})] * 20
    with pytest.raises(UnreachableError, match="503"):
        list(remote.open(web.address("docs/.git")).items())
    assert len(web.asked) == 4


def test_a_sound_copy_outlives_a_host_that_breaks_off(remote: Remote, web: WebHost) -> None:
    address = web.address("docs/.git")
    assert texts(remote.open(address)) == {"a": "one"}
    packs = set(remote.mirror.rglob("*.pack"))
    remote.repository.commit(b="two")
    web.breaks_off = True
    with pytest.raises(UnreachableError, match="500"):
        list(remote.open(address).items())
    assert set(remote.mirror.rglob("*.pack")) == packs
    web.breaks_off = False
    assert texts(remote.open(address)) == {"a": "one", "b": "two"}


def test_a_host_that_nobody_vouches_for_or_that_does_not_answer_is_unreachable(
    remote: Remote, web: WebHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git_mirror, "ASKING_SECONDS", 5.0)
    monkeypatch.delenv("GIT_SSL_CAINFO")
    with pytest.raises(UnreachableError, match="certificate"):
        list(remote.open(web.address("docs/.git")).items())
    with pytest.raises(UnreachableError, match="does not answer"):
        list(remote.open("https://127.0.0.1:9/docs.git").items())


def test_a_host_that_keeps_silent_is_given_up(
    remote: Remote, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(git_mirror, "ASKING_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        with pytest.raises(UnreachableError, match=r"0\.5 s"):
            list(remote.open(f"https://127.0.0.1:{silent.getsockname()[1]}/docs.git").items())
        assert time.monotonic() - began < 30  # it would be silent for ever


def test_a_redirection_to_another_protocol_is_not_followed(remote: Remote, web: WebHost) -> None:
    for target in ("http://127.0.0.1:9/docs.git/info/refs?service=git-upload-pack", "file:///etc/passwd"):
        web.answers = [(302, {"Location": target})]
        with pytest.raises(UnreachableError):
            list(remote.open(web.address("docs/.git")).items())


def test_ssh_with_a_key_and_a_known_host(remote: Remote, tmp_path: Path) -> None:
    remote.repository.commit(a="one")
    with ssh_host(tmp_path / "ssh host") as host:
        address = host.address(remote.repository.folder)
        known = {"known_hosts": str(host.known_hosts)}
        assert texts(remote.open(address, key=str(host.key), **known)) == {"a": "one"}
        other = tmp_path / "other"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(other)], check=True)
        with pytest.raises(UnreachableError, match="Permission denied"):
            list(remote.open(address, key=str(other), **known).items())
        with pytest.raises(NotFoundError, match="no repository"):
            list(remote.open(address + "-gone", key=str(host.key), **known).items())
        host.known_hosts.write_text("")
        with pytest.raises(UnreachableError, match="Host key verification failed"):
            list(remote.open(address, key=str(host.key), **known).items())
