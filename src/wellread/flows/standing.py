"""How it is with each source, in a word and a sentence."""

from dataclasses import dataclass
from typing import Literal

from wellread.catalogue.catalogue import Catalogue
from wellread.catalogue.jobs import Job
from wellread.catalogue.schedule import Standing

State = Literal["never read", "running", "stuck", "interrupted", "failing", "up to date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStanding:
    """What is known of bringing one source up to date. Times are ISO 8601 UTC."""

    state: State
    reason: str
    """Why it is not up to date; nothing when it is, or when that is under way."""
    last_success: str | None
    next_attempt: str | None
    """When whoever watches tries it again after failures."""
    failures: int
    job: Job | None
    """The last one."""


def standing_of_sources(catalogue: Catalogue) -> dict[str, SourceStanding]:
    """Of every source, by its name."""
    jobs, schedule = catalogue.jobs.latest("sync"), catalogue.schedule.standings()
    names = [one.name for one in catalogue.knowledge.sources()]
    return {name: _standing(jobs.get(name), schedule.get(name, Standing(source=name))) for name in names}


def _standing(job: Job | None, known: Standing) -> SourceStanding:
    return SourceStanding(
        state=_state(job, known),
        reason=(job.trouble if job else "") or known.reason,
        last_success=known.last_success,
        next_attempt=known.next_attempt,
        failures=known.failures,
        job=job,
    )


def _state(job: Job | None, known: Standing) -> State:
    if job is not None and job.state == "running":
        return "stuck" if job.trouble else "running"
    if known.failures and job is not None and job.state != "interrupted":
        return "failing"
    if job is not None and job.state in ("interrupted", "failed"):
        return "interrupted"
    return "up to date" if known.last_success else "never read"
