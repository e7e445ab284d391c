"""A real handbook's history, replayed as a Git repository: what held on twenty days, compared with the replay."""

import gzip
import json
import os
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import pytest
from git_repositories import GitRepository, needs_git

from wellread.ingest.parse import parse
from wellread.records.identity import digest, document_id, version_id
from wellread.records.people import EVERYONE
from wellread.records.periods import moment
from wellread.workspace import Workspace

SHARED = Path(os.environ.get("WELLREAD_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
REVISIONS = SHARED / "handbook" / "history" / "revisions.jsonl.gz"
COMMITS = 100
DATES = 20

Event = tuple[str, str | None]
"""From when on, and the text; None where the page was taken away."""


def replay(repository: GitRepository) -> dict[str, list[Event]]:
    """The first commits, with their dates; by page, what it became and when."""
    events: dict[str, list[Event]] = defaultdict(list)
    commits = 0
    with gzip.open(REVISIONS, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for number, row in enumerate(rows):
        path = repository.folder / row["path"]
        if row["status"] == "D":
            path.unlink(missing_ok=True)
        else:
            repository.write(row["path"], row["content"])
        history = events[row["path"]]
        when = moment(datetime.fromisoformat(row["date"]))
        when = max(when, history[-1][0]) if history else when
        history.append((when, None if row["status"] == "D" else row["content"]))
        if number + 1 == len(rows) or rows[number + 1]["commit"] != row["commit"]:
            repository.moment = int(datetime.fromisoformat(row["date"]).timestamp())
            repository.commit()
            commits += 1
            if commits == COMMITS:
                break
    return events


def held(history: list[Event], at: str) -> str | None:
    return next((text for since, text in reversed(history) if since <= at), None)


@needs_git
@pytest.mark.slow
@pytest.mark.skipif(not REVISIONS.is_file(), reason=f"the shared data is not at {REVISIONS}")
def test_twenty_days_of_a_real_handbook(workspace: Workspace, tmp_path: Path) -> None:
    repository = GitRepository(tmp_path / "docs")
    events = replay(repository)
    report = workspace.add(repository.address, name="docs", options={"history": "full"})
    assert report.failed == ()
    pages = {uri: history for uri, history in events.items() if history[-1][1] is not None}
    dates = sorted({since for history in pages.values() for since, _ in history})
    past = workspace.catalogue.past
    differing = 0
    for at in dates[:: max(len(dates) // DATES, 1)][:DATES]:
        wanted = {}
        for uri, history in pages.items():
            text = held(history, at)
            parsed = parse(uri, text.encode()) if text is not None else None
            if parsed is not None and parsed.text.strip():
                identity = document_id("docs", uri)
                wanted[uri] = version_id(identity, digest(parsed.text))
        confirmed = past.confirm(past.keys(), frozenset([EVERYONE]), at)
        found = {passage.uri: passage.version for passage in confirmed.values()}
        assert found == wanted
        differing += sum(text != history[-1][1] for history in pages.values() if (text := held(history, at)))
        for uri in sorted(wanted)[:: max(len(wanted) // 5, 1)]:
            question = " ".join((held(pages[uri], at) or "").split()[-40:])
            hits = workspace.search(question, as_of=at).hits
            assert all(wanted[hit.passage.uri] == hit.passage.version for hit in hits)
            assert hits
    assert differing > 50, "too few pages had changed to mean anything"
    current = {hit.passage.version for hit in workspace.search("leave", 50).hits}
    assert current <= {
        workspace.catalogue.knowledge.document(document_id("docs", uri)).version for uri in pages
    }
