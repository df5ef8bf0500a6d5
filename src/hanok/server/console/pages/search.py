"""What the command palette finds: rooms and their tabs, models, jobs, commands."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import JSONResponse, Response

from hanok.server.console.visit import Visit

TABS = ("report", "versions", "reviews", "data", "api")
JOBS = 20


def search(visit: Visit) -> Response:
    """Everything at once: the list is short, and the palette filters as fast as one types."""
    entries = [*_rooms(visit), *_places(visit), *_models(visit), *_jobs(visit)]
    return JSONResponse(entries, headers={"Cache-Control": "no-store"})


def _entry(group: str, title: str, href: str, about: str = "", words: str = "") -> dict[str, str]:
    return {"group": group, "title": title, "href": href, "about": about, "words": words}


def _rooms(visit: Visit) -> Iterator[dict[str, str]]:
    t, group = visit.t, str(visit.t("search.rooms"))
    for room in visit.rooms:
        if room.installed:
            yield _entry(group, room.title, f"/rooms/{room.name}", str(t(f"state.{room.state}")), room.name)
            for tab in TABS:
                title = f"{room.title} › {t(f'tab.{tab}')}"
                yield _entry(group, title, f"/rooms/{room.name}/{tab}", "", f"{room.name} {tab}")


def _places(visit: Visit) -> Iterator[dict[str, str]]:
    t, group = visit.t, str(visit.t("search.commands"))
    for room in visit.rooms:
        if room.installed and room.state != "broken":
            title = str(t("search.train", room=room.title))
            yield _entry(group, title, f"/rooms/{room.name}/data", "", f"train {room.name}")
            if room.reviews:
                about = str(t("room.reviews_waiting", n=room.reviews))
                yield _entry(group, str(t("search.review", room=room.title)), f"/rooms/{room.name}/reviews", about)
    for name, href in (("courtyard", "/"), ("jobs", "/jobs"), ("keys", "/keys"), ("system", "/system")):
        yield _entry(group, str(t(f"nav.{name}")), href, "", name)
    yield _entry(group, str(t("nav.docs")), "/docs", "", "openapi api docs")


def _models(visit: Visit) -> Iterator[dict[str, str]]:
    group = str(visit.t("search.models"))
    titles = {room.name: room.title for room in visit.rooms if room.installed}
    for version in visit.workspace.store.versions.list():
        if version.system in titles:
            name = f"{version.system}@{version.version}"
            yield _entry(
                group, name, f"/rooms/{version.system}/report?version={version.version}", titles[version.system]
            )


def _jobs(visit: Visit) -> Iterator[dict[str, str]]:
    group = str(visit.t("search.jobs"))
    for job in visit.workspace.store.jobs.list(limit=JOBS):
        title = f"{visit.t(f'kind.{job.kind}')} {job.system}"
        yield _entry(group, title, f"/jobs/{job.id}", str(visit.t(f"job.{job.state}")), job.id)
