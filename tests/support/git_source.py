"""A repository on this machine, and the source over it."""

from git_repositories import GitRepository
from synchronising import STAFF

from wellread.ingest.sources.git.source import GitSource
from wellread.ingest.sources.kind import Place


def opened(repository: GitRepository, readers: frozenset[str] = STAFF, **options: str) -> GitSource:
    return GitSource(Place(location=str(repository.folder), readers=readers, options=options))
