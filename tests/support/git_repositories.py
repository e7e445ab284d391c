"""Real Git repositories in folders of the test's own, with dates that do not depend on when it runs."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from wellread.ingest.sources.git.source import GitSource
from wellread.ingest.sources.kind import Place

FIRST = 1_700_000_000
"""The second of the first commit; every other comes a minute later."""

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git program here")


class GitRepository:
    """A repository with a working tree, made at `folder` with the branch main."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.moment = FIRST
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main", *arguments)

    @property
    def address(self) -> str:
        return f"git+file://{self.folder}"

    def git(self, *arguments: str, **environment: str) -> str:
        told = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder.parent),
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Ann",
            "GIT_AUTHOR_EMAIL": "ann@example.org",
            "GIT_COMMITTER_NAME": "Ann",
            "GIT_COMMITTER_EMAIL": "ann@example.org",
            "GIT_AUTHOR_DATE": f"{self.moment} +0200",
            "GIT_COMMITTER_DATE": f"{self.moment} +0200",
            **environment,
        }
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env=told, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, uri: str, data: bytes | str) -> None:
        path = self.folder / uri
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)

    def commit(self, *options: str, **files: str) -> str:
        """Everything in the working tree, with `files` written first (`__` for a slash); the commit's name."""
        for name, text in files.items():
            self.write(name.replace("__", "/"), text)
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--allow-empty", "--message=a change", *options)
        self.moment += 60
        return self.head()

    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    def forget_history(self) -> None:
        """Leave one commit with what is there now, and no object of before."""
        self.git("checkout", "--quiet", "--orphan", "new")
        self.commit()
        self.git("branch", "--quiet", "--force", "--move", "main")
        self.git("reflog", "expire", "--expire=now", "--all")
        self.git("gc", "--quiet", "--prune=now")


class Remote:
    """A repository, and the folder where its copy is kept."""

    def __init__(self, folder: Path) -> None:
        self.repository = GitRepository(folder / "docs")
        self.cache = folder / "cache"
        self.mirror = self.cache / "mirror"

    def open(self, location: str = "", secret: str | None = None, **options: str) -> GitSource:
        place = Place(
            location=location or self.repository.address,
            readers=frozenset({"group:staff"}),
            options=options,
            secret=secret,
            cache=self.cache,
        )
        return GitSource(place, sleep=lambda seconds: None)


def texts(source: GitSource) -> dict[str, str]:
    """Everything that it lists, with what is read there."""
    return {item.uri: source.read(item).data.decode() for item in source.items()}
