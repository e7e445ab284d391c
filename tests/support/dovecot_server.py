"""A real IMAP server (Dovecot) on loopback, for the tests that need one. It runs as no user of importance."""

import base64
import grp
import hmac
import json
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from server_program import comes_up, folder_for, free_port, given_to, listens, or_skipped

PASSWORD = 'correct"horse\\é'
TOKEN_KEY = b"a key of the test's own"


_PROGRAM = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{folder}/mail/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
mailbox_list_index = no
lock_method = fcntl
mail_fsync = never
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {encrypted_port}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
"""
_OAUTH2 = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = sub
"""


class DovecotServer:
    """One server with its Maildir store below `folder`, where every login has a mailbox."""

    password = 'correct"horse\\é'

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.encrypted_port = free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def maildir(self, login: str, folder: str = "INBOX") -> Path:
        """Where the messages of a folder lie."""
        root = self.folder / "mail" / login
        return root if folder == "INBOX" else root / f".{folder.replace('/', '.')}"

    def start(self) -> None:
        """Raises RuntimeError with what it says when it does not come up."""
        user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._configure(user)
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", f"{user.pw_uid}:{user.pw_gid}", self.folder], check=True)
        self._process = subprocess.Popen(
            [str(_PROGRAM), "-F", "-c", str(self.folder / "dovecot.conf")], stdout=subprocess.DEVNULL,
            stderr=(self.folder / "errors").open("wb"), **given_to(user.pw_name, self.folder),
        )  # fmt: skip
        if comes_up(self._process, lambda: listens(self.port)):
            return
        said = [path.read_text() for path in (self.folder / "errors", self.folder / "log") if path.exists()]
        self.stop()
        raise RuntimeError(f"Dovecot does not start: {' '.join(said)}")

    def stop(self) -> None:
        """End it and what it started."""
        if self._process:
            self._process.terminate()
            self._process.wait(10)
        self._process = None

    @property
    def certificate(self) -> Path:
        """What it shows; to be trusted by those who are to reach it."""
        return self.folder / "certificate.pem"

    def token(self, login: str) -> str:
        """An access token (a JWT, RFC 7519) that lets `login` in."""
        head = {"alg": "HS256", "typ": "JWT"}
        claims = {"sub": login, "iat": int(time.time()) - 10, "exp": int(time.time()) + 3600}
        signed = b".".join(_base64(json.dumps(part).encode()) for part in (head, claims))
        return b".".join((signed, _base64(hmac.digest(TOKEN_KEY, signed, "sha256")))).decode()

    def _configure(self, user: pwd.struct_passwd) -> None:
        for name in ("run", "state", "mail", "home", "keys/default/HS256"):
            (self.folder / name).mkdir(exist_ok=True, parents=True)
        (self.folder / "keys/default/HS256/default").write_bytes(base64.b64encode(TOKEN_KEY))
        names = {"folder": self.folder, "user": user.pw_name, "group": grp.getgrgid(user.pw_gid).gr_name}
        more = {"port": self.port, "encrypted_port": self.encrypted_port, "password": self.password}
        (self.folder / "dovecot.conf").write_text(_CONFIGURATION.format(**names, **more))
        (self.folder / "oauth2.conf").write_text(_OAUTH2.format(**names))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mail.example.org",
             "-addext", "subjectAltName=DNS:mail.example.org,IP:127.0.0.1",
             "-keyout", self.folder / "key.pem", "-out", self.folder / "certificate.pem"],
            check=True, capture_output=True,
        )  # fmt: skip


@contextmanager
def running() -> Iterator[DovecotServer]:
    """A server for as long as the block lasts. Raises LookupError with what to install where something is absent."""
    if not _PROGRAM or not shutil.which("openssl"):
        raise LookupError("Dovecot is not here: apt-get install dovecot-imapd openssl")
    with folder_for("dovecot") as folder:
        folder.chmod(0o755)
        server = DovecotServer(folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def dovecot() -> Iterator[DovecotServer]:
    """A server that runs; skips where the programs are absent."""
    with or_skipped(running()) as server:
        yield server


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
