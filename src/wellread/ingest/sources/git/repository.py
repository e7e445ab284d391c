"""Where git finds a repository: in a folder here, or in a copy of one that a host keeps."""

import shlex
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from wellread.errors import NotFoundError, UnreachableError, UsageError
from wellread.ingest.sources.git import password
from wellread.ingest.sources.git.location import GitLocation, repository_in
from wellread.ingest.sources.git.mirror import Mirror
from wellread.ingest.sources.git.program import Git, GitFailedError
from wellread.ingest.sources.kind import Place

_SSH = (
    "ssh -oBatchMode=yes -oStrictHostKeyChecking=yes -oConnectTimeout=10 -oServerAliveInterval=10 "
    "-oServerAliveCountMax=3 -oClearAllForwardings=yes -oPermitLocalCommand=no"
)


class Repository(Protocol):
    """Where git reads."""

    head: str
    """The name under which it has its HEAD."""

    @property
    def repository(self) -> Path:
        """What git is told. Raises NotFoundError or UsageError."""

    def refresh(self, also: str = "") -> None:
        """Make sure that it is there, as it is now."""

    def renew(self, also: str = "") -> bool:
        """Replace it if it is a copy; False if that cannot be done, or was."""


class _Local:
    """A repository on this machine, read where it is."""

    head = "HEAD"

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    @property
    def repository(self) -> Path:
        try:
            found = repository_in(self._folder) if self._folder.is_dir() else None
        except OSError as error:
            raise UnreachableError(f"{self._folder} cannot be looked at: {error.strerror}") from None
        if found is None:
            raise NotFoundError(f"{self._folder} is no repository: check the name, and that it is mounted")
        return found

    def refresh(self, also: str = "") -> None:
        try:
            Git(self.repository).run("rev-parse", "--git-dir")
        except GitFailedError as failed:
            raise UnreachableError(f"{self._folder} cannot be read as a repository: {failed}") from None

    def renew(self, also: str = "") -> bool:
        return False


def reached(where: GitLocation, place: Place, sleep: Callable[[float], None] = time.sleep) -> Repository:
    """The repository, and how its host is asked. Raises UsageError for what does not go with the protocol."""
    told = {name: place.options[name] for name in ("key", "known_hosts") if name in place.options}
    if told and where.protocol != "ssh":
        raise UsageError(f"{' and '.join(told)} can only be told for a repository reached by ssh")
    settings: dict[str, str] = {}
    environment: dict[str, str] = {}
    if where.protocol == "ssh":
        if place.secret is not None:
            raise UsageError(
                "a repository reached by ssh takes no password: unset it, and name a key without one as key=PATH, or "
                "load it into ssh-agent"
            )
        environment = {"GIT_SSH_COMMAND": _ssh(told), "GIT_SSH_VARIANT": "ssh"}
    elif where.protocol == "https" and place.secret is not None:
        settings = password.settings()
        environment = password.environment(where.site, where.user, place.secret)
    elif not where.protocol:
        return _Local(where.address)
    return Mirror(
        where.address,
        place.cache,
        lambda repository: Git(
            repository, protocols=[where.protocol], settings=settings, environment=environment
        ),
        sleep=sleep,
    )


def _ssh(told: Mapping[str, str]) -> str:
    """The command for ssh(1) as a shell reads it, which is how git takes it."""
    command = _SSH
    for name, value in told.items():
        path = Path(value).expanduser().resolve()
        if not path.is_file() or '"' in str(path):
            raise UsageError(f"{name} is {value!r}: give the path of a file that is there")
        as_option = str(path).replace("%", "%%")
        options = [f'-oIdentityFile="{as_option}"', "-oIdentitiesOnly=yes"]
        if name == "known_hosts":
            options = [f'-oUserKnownHostsFile="{as_option}"', "-oGlobalKnownHostsFile=none"]
        command += "".join(f" {shlex.quote(option)}" for option in options)
    return command
