"""Real Git hosts on loopback: `git http-backend` behind TLS, and an SSH server."""

import base64
import getpass
import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from server_program import comes_up, free_port, listens


class WebHost:
    """Serves the repositories below `folder` at https://127.0.0.1:PORT, and says what it is told to say instead."""

    def __init__(self, folder: Path, port: int, certificate: Path) -> None:
        self.folder = folder
        self.port = port
        self.certificate = certificate
        self.password: str | None = None
        """Wanted of everybody, when it is set."""
        self.user = "git"
        self.answers: list[tuple[int, dict[str, str]]] = []
        """Status and headers of the next answers, before any real one."""
        self.breaks_off = False
        """Whether it fails when it is to send objects."""
        self.asked: list[tuple[str, str]] = []
        """Path and Authorization header of every request."""

    def address(self, name: str, host: str = "127.0.0.1") -> str:
        return f"https://{host}:{self.port}/{name}"


def _handler(host: WebHost) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            host.asked.append((self.path, self.headers.get("Authorization", "")))
            if host.answers:
                status, headers = host.answers.pop(0)
                return self._answer(status, headers, b"")
            wanted = base64.b64encode(f"{host.user}:{host.password}".encode()).decode()
            if host.password is not None and self.headers.get("Authorization") != f"Basic {wanted}":
                return self._answer(401, {"WWW-Authenticate": 'Basic realm="docs"'}, b"")
            return self._backend()

        def _backend(self) -> None:
            path, _, query = self.path.partition("?")
            environment = {
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(host.folder),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_CONFIG_GLOBAL": "/dev/null",
                "REQUEST_METHOD": self.command,
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "HTTP_GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            }
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if host.breaks_off and b"command=fetch" in body:
                return self._answer(500, {}, b"")
            done = subprocess.run(
                ["git", "http-backend"], input=body, capture_output=True, env=environment, check=False
            )
            head, _, content = done.stdout.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self._answer(int(headers.pop("Status", "200").split()[0]), headers, content)

        def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@contextmanager
def web_host(folder: Path, kept: Path) -> Iterator[WebHost]:
    """`kept` is a folder for its certificate, which clients are to trust."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl here to make a certificate")
    kept.mkdir()
    certificate, key = kept / "certificate.pem", kept / "key.pem"
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=docs"
    )
    names = "subjectAltName=IP:127.0.0.1,DNS:localhost"
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command.split(), "-addext", names, *files], check=True, capture_output=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    host = WebHost(folder, server.server_address[1], certificate)
    server.RequestHandlerClass = _handler(host)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class SshHost:
    """An SSH server that lets in whoever has the key in `folder`."""

    def __init__(self, folder: Path, port: int) -> None:
        self.key = folder / "the key"
        self.known_hosts = folder / "known hosts"
        self.port = port

    def address(self, folder: Path) -> str:
        return f"git+ssh://{getpass.getuser()}@127.0.0.1:{self.port}{folder}"


@contextmanager
def ssh_host(folder: Path) -> Iterator[SshHost]:
    """Skips where there is no server program, or it cannot be run."""
    program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if program is None or shutil.which("ssh") is None:
        pytest.skip("there is no sshd and ssh here (Debian: openssh-server, openssh-client)")
    if os.geteuid() == 0 and not Path("/run/sshd").is_dir():
        pytest.skip("sshd as root wants the folder /run/sshd")
    folder.mkdir(mode=0o700)
    host = SshHost(folder, free_port())
    for key in (host.key, folder / "host_key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    shutil.copy(f"{host.key}.pub", folder / "authorized_keys")
    public = (folder / "host_key.pub").read_text()
    host.known_hosts.write_text(f"[127.0.0.1]:{host.port} {public}")
    (folder / "configuration").write_text(
        f'Port {host.port}\nListenAddress 127.0.0.1\nHostKey "{folder}/host_key"\nPidFile none\n'
        f'AuthorizedKeysFile "{folder}/authorized_keys"\n'
        "StrictModes no\nUsePAM no\nPasswordAuthentication no\n"
        "KbdInteractiveAuthentication no\nPermitRootLogin yes\n"
    )
    log = (folder / "log").open("wb")
    server = subprocess.Popen([program, "-D", "-e", "-f", str(folder / "configuration")], stderr=log)
    try:
        if not comes_up(server, lambda: listens(host.port), seconds=10):
            pytest.skip(f"sshd does not run here: {(folder / 'log').read_text().strip()}")
        known = f'-oUserKnownHostsFile="{host.known_hosts}"'
        command = ["ssh", "-oBatchMode=yes", known, f"-i{host.key}", f"-p{host.port}", "127.0.0.1", "true"]
        tried = subprocess.run(command, capture_output=True, text=True, check=False)
        if tried.returncode != 0:
            pytest.skip(f"sshd lets nobody in here: {tried.stderr.strip()}")
        yield host
    finally:
        server.terminate()
        server.wait()
        log.close()
