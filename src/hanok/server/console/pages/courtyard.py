"""The courtyard: all rooms at a glance, what happened last, and the first steps."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from hanok.server.console.plan import places
from hanok.server.console.visit import Visit
from hanok.store import Job

RECENT = 5


@dataclass(frozen=True)
class Step:
    """One of the first steps: the keys of its words, where it leads, and whether it was taken."""

    key: str
    href: str
    done: bool


def courtyard(visit: Visit) -> Response:
    """The first page."""
    installed = [room for room in visit.rooms if room.installed]
    return visit.page(
        "courtyard.html",
        here="courtyard",
        twin="/v1/systems",
        house=[room for room in visit.rooms if room.name in places()],
        guests=[room for room in visit.rooms if room.name not in places()],
        places=places(),
        steps=steps(visit),
        recent=recent(visit),
        lit=sum(room.state == "serving" for room in installed),
        waiting=sum(room.reviews for room in installed),
        running=sum(room.jobs for room in installed),
    )


def steps(visit: Visit) -> list[Step]:
    """Try, bring data, serve; each is ticked off by what is in the store."""
    store = visit.workspace.store
    names = [room.name for room in visit.rooms if room.installed and room.state != "broken"]
    if not names:
        return []
    ready = [room.name for room in visit.rooms if room.champion is not None]
    first = (ready or names)[0]
    return [
        Step("try", f"/rooms/{first}", any(store.answers.recent(name, limit=1) for name in names)),
        Step("bring", f"/rooms/{first}/data", any(map(brought, store.jobs.list(kind="train", states=("done",))))),
        Step("serve", f"/rooms/{first}/api", any(key.last_used for key in store.keys.list())),
    ]


def brought(job: Job) -> bool:
    """Whether somebody dropped a file for this training; the bundled examples lie on the disk."""
    slots = (job.args.get("sources") or {}).values()
    return any(upload.get("blob") for slot in slots for upload in (slot if isinstance(slot, list) else [slot]))


def recent(visit: Visit) -> list[Job]:
    """The jobs that were asked for last."""
    return list(visit.workspace.store.jobs.list(limit=RECENT))
