"""One llama.cpp server object inside this process, and the private door to its tokenizer and template.

llama.cpp always opens its HTTP interface. Nobody but this process may use it: it listens on a Unix socket in a
directory that only this user can enter, behind a random key. Generation itself goes through the object, not the socket.

`cache_ram_mib` is 0 because the prompt cache in memory does not tell adapters apart: with it on, a request was
answered from the state that another adapter had left.
"""

import http.client
import json
import queue
import secrets
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from wellread.errors import ModelError, WeightsError

_LONGEST_SOCKET_PATH = 100
"""Linux takes 107 bytes."""

_QUIET = -1
_DOOR_TIMEOUT_SECONDS = 60.0


class LlamaServer:
    """A model with a fixed set of adapters. Made in about half a second; not safe to call from two threads at once."""

    def __init__(
        self, weights: Path, adapters: Sequence[Path], *, window: int, threads: int, slots: int
    ) -> None:
        """Raises WeightsError if nothing starts.

        `window` is the longest a prompt and its completion may be together, in tokens. The states of the last `slots`
        prompts are kept within it for their prefixes; a long prompt pushes them out.
        """
        self._directory = _private_directory()
        self._key = secrets.token_urlsafe(32)
        try:
            self._server: Any = self._start(weights, adapters, window, threads, slots)
        except BaseException:
            shutil.rmtree(self._directory, ignore_errors=True)
            raise

    def _start(self, weights: Path, adapters: Sequence[Path], window: int, threads: int, slots: int) -> Any:
        import xllamacpp

        params = xllamacpp.CommonParams()
        params.model.path = str(weights)
        params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(path), 1.0) for path in adapters]
        params.lora_init_without_apply = True
        params.n_ctx = window
        params.n_parallel = slots
        params.kv_unified = True
        params.cache_ram_mib = 0
        params.cpuparams.n_threads = threads
        params.cpuparams_batch.n_threads = threads
        params.reasoning_format = xllamacpp.common_reasoning_format.COMMON_REASONING_FORMAT_NONE
        params.warmup = False
        params.verbosity = _QUIET
        params.offline = True
        params.ui = False
        params.n_threads_http = 1
        params.endpoint_metrics = True
        params.hostnames = [str(self._socket)]
        params.api_keys = [self._key]
        try:
            server = xllamacpp.Server(params)
        except RuntimeError as error:
            raise WeightsError(
                f"llama.cpp cannot load {weights} with {len(adapters)} adapters: {error}; "
                f"check that the file is a chat model and that memory is free"
            ) from error
        # A server that is freed before its loop has begun waits for ever; metrics are answered by that loop.
        server.handle_metrics()
        return server

    @property
    def _socket(self) -> Path:
        return self._directory / "llama.sock"

    def complete(self, body: dict[str, Any], receive: Callable[[dict[str, Any]], None]) -> None:
        """Run a chat completion in llama.cpp's own request format; `receive` gets each piece as it comes.

        What `receive` raises, and an interrupt, end the run and are raised here, once llama.cpp has stopped. Raises
        ModelError for what it refuses.
        """
        pieces: queue.SimpleQueue[dict[str, Any] | Exception | None] = queue.SimpleQueue()
        ended = threading.Event()

        def forward(chunk: dict[str, Any]) -> bool:
            pieces.put(chunk)
            return ended.is_set()

        def run() -> None:
            try:
                self._server.handle_chat_completions({**body, "stream": True}, forward)
            except (RuntimeError, ValueError) as error:
                pieces.put(error)
            finally:
                pieces.put(None)

        # In a thread of its own: C++ around the callback would swallow an interrupt that came while it ran here.
        thread = threading.Thread(target=run, name="llama.cpp", daemon=True)
        thread.start()
        try:
            while (piece := pieces.get()) is not None:
                if isinstance(piece, Exception):
                    raise ModelError(f"llama.cpp failed on the request: {piece}") from piece
                if "error" in piece:
                    said = piece["error"].get("message", piece["error"])
                    raise ModelError(f"llama.cpp refused the request: {said}")
                receive(piece)
        finally:
            ended.set()
            thread.join()

    def ask(self, path: str, body: dict[str, Any]) -> Any:
        """The answer of one of llama.cpp's helper routes: `/tokenize`, `/apply-template`, … Raises ModelError."""
        connection = _SocketConnection(self._socket)
        try:
            headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
            connection.request("POST", path, json.dumps(body), headers)
            response = connection.getresponse()
            answer = json.loads(response.read())
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise ModelError(f"llama.cpp did not answer {path}: {error}") from error
        finally:
            connection.close()
        if response.status != 200:
            raise ModelError(f"llama.cpp refused {path}: {answer.get('error', {}).get('message', answer)}")
        return answer

    def close(self) -> None:
        """Stop llama.cpp and free the model. Calling twice is harmless."""
        self._server = None
        shutil.rmtree(self._directory, ignore_errors=True)


class _SocketConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=_DOOR_TIMEOUT_SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def _private_directory() -> Path:
    directory = Path(tempfile.mkdtemp(prefix="wellread-"))
    if len(str(directory)) <= _LONGEST_SOCKET_PATH - len("/llama.sock"):
        return directory
    directory.rmdir()
    return Path(tempfile.mkdtemp(prefix="wellread-", dir="/tmp"))
