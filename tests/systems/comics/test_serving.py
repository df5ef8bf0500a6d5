"""All the way: uploads as the server takes them, a job, an answer, its cover."""

from __future__ import annotations

from pathlib import Path

from hanok.core.run import Run
from hanok.lifecycle.jobs import carry_out, submit
from hanok.lifecycle.workspace import Workspace

QUICK = {"factors": 8, "alpha0": 0.3, "regularization": 0.03, "iterations": 5, "epochs": 5, "fusion": "wrf"}


def upload(workspace: Workspace, path: Path) -> dict[str, str]:
    return {"blob": workspace.store.blobs.put(path.read_bytes()).sha256, "name": path.name}


def test_covers_come_as_uploads_and_go_as_assets(workspace: Workspace, world: dict[str, Path]) -> None:
    covers = [upload(workspace, path) for path in sorted(world["covers"].iterdir())]
    sources = {name: upload(workspace, world[name]) for name in ("reads", "items")}
    job = submit(workspace, "train", "comics", {"sources": {**sources, "covers": covers}, "config": QUICK})
    made = carry_out(workspace, job, Run(threads=1))
    assert made["metrics"]["ndcg@20"] > 0.3
    model = workspace.load("comics")
    entry = model({"user": "r0"}).entries[0]
    picture = workspace.folder("comics", made["version"]) / "assets" / entry.cover
    assert picture.read_bytes()[8:12] == b"WEBP"


def test_covers_may_be_left_out(workspace: Workspace, world: dict[str, Path]) -> None:
    sources = {name: upload(workspace, world[name]) for name in ("reads", "items")}
    job = submit(workspace, "train", "comics", {"sources": sources, "config": QUICK})
    carry_out(workspace, job, Run(threads=1))
    assert workspace.load("comics")({"item": "c1"}).entries
