from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from pydantic import BaseModel

from hanok.core import artifact
from hanok.core.artifact import Manifest
from hanok.core.contract import CONTRACT, System
from hanok.core.problem import NotFound, Problem
from hanok.core.run import Run
from hanok.lifecycle.train import train
from hanok.lifecycle.workspace import Workspace

PUBLISHERS = 4
EACH = 6

PUBLISHER = """
import sys
from pathlib import Path
from hanok.core import artifact

class Room:
    name = "room"

    def save(self, folder):
        (folder / "who.txt").write_text(sys.argv[2])

print("ready", flush=True)
sys.stdin.readline()
for n in range(int(sys.argv[3])):
    about = artifact.Manifest(system="room", config={"who": sys.argv[2], "n": n})
    print(artifact.save(Room(), Path(sys.argv[1]), about).version, flush=True)
"""


class Nothing(BaseModel):
    pass


class Room(System[Nothing, Nothing, None, Nothing, Nothing]):
    """Saves a text, also deep down."""

    name, title, summary, objectives = "room", "Room", "", ()

    def _unused(self, *args: object) -> None: ...

    read = folds = fit = predict = evaluate = load = _unused

    def save(self, folder: Path) -> None:
        (folder / "deep" / "er").mkdir(parents=True)
        (folder / "deep" / "er" / "text.txt").write_text("안녕", encoding="utf-8")
        (folder / "empty.bin").touch()


def saved(models: Path, after: int = 0) -> Manifest:
    return artifact.save(Room(Nothing()), models, Manifest(system="room", config={}), after=after)


# -- publishing --------------------------------------------------------------------------------------------------------


def test_processes_that_publish_at_once_get_every_number_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PUBLISHER, str(tmp_path)]
    children = [
        subprocess.Popen([*command, str(n), str(EACH)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for n in range(PUBLISHERS)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    said = [child.communicate("go\n")[0].split() for child in children]
    numbers = [int(number) for one in said for number in one]
    assert sorted(numbers) == list(range(1, PUBLISHERS * EACH + 1)) == artifact.versions(tmp_path / "room")
    for who, own in enumerate(said):
        assert [int(number) for number in own] == sorted(int(number) for number in own)
        for n, number in enumerate(own):
            folder = tmp_path / "room" / number
            about = artifact.manifest(folder)
            artifact.verify(folder, about)
            assert (about.version, about.config) == (int(number), {"who": str(who), "n": n})
            assert (folder / "who.txt").read_text(encoding="utf-8") == str(who)


def test_numbers_go_on_after_the_highest_that_was_ever_given(tmp_path: Path) -> None:
    assert [saved(tmp_path).version for _ in range(3)] == [1, 2, 3]
    shutil.rmtree(tmp_path / "room" / "2")
    assert saved(tmp_path).version == 4
    shutil.rmtree(tmp_path / "room" / "4")
    assert saved(tmp_path, after=4).version == 5


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_is_no_artifact_but_has_the_number_is_left_alone(tmp_path: Path, kind: str) -> None:
    saved(tmp_path)
    if kind == "file":
        (tmp_path / "room" / "2").write_text("mine", encoding="utf-8")
    else:
        (tmp_path / "room" / "2").mkdir()
        (tmp_path / "room" / "2" / "notes.txt").write_text("mine", encoding="utf-8")
    assert saved(tmp_path).version == 3
    assert artifact.versions(tmp_path / "room") == [1, 3]


@pytest.mark.parametrize("name", ["²", "03", "0", "1.5", "-1", "٣", "latest"])
def test_a_folder_that_is_no_number_is_no_version(tmp_path: Path, name: str) -> None:
    saved(tmp_path)
    shutil.copytree(tmp_path / "room" / "1", tmp_path / "room" / name)
    assert artifact.versions(tmp_path / "room") == [1]


def test_where_nothing_was_published_there_are_no_versions(tmp_path: Path) -> None:
    assert artifact.versions(tmp_path / "room") == []


@pytest.mark.parametrize("when", ["saving", "attaching"])
def test_a_save_that_fails_leaves_nothing(tmp_path: Path, when: str) -> None:
    class Broken(Room):
        def save(self, folder: Path) -> None:
            super().save(folder)
            if when == "saving":
                raise RuntimeError("broken")

    def attach(folder: Path) -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        artifact.save(Broken(Nothing()), tmp_path, Manifest(system="room", config={}), attach)
    assert list((tmp_path / "room").iterdir()) == []


def test_drafts_of_dead_processes_go_and_those_of_living_ones_stay(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    living = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        drafts = {
            pid: tmp_path / "room" / f".draft-{artifact.HOST}-{pid}-0f"
            for pid in (dead.pid, living.pid, os.getpid(), 1)
        }
        for draft in drafts.values():
            draft.mkdir(parents=True)
            (draft / "half.bin").write_bytes(b"half")
        saved(tmp_path)
        artifact.sweep(tmp_path)
        assert {pid for pid, draft in drafts.items() if draft.exists()} == {living.pid, os.getpid(), 1}
        assert artifact.versions(tmp_path / "room") == [1]
    finally:
        living.communicate(b"\n")


# -- the manifest ------------------------------------------------------------------------------------------------------


def test_the_manifest_holds_the_hash_of_every_other_file(tmp_path: Path) -> None:
    about = saved(tmp_path)
    folder = tmp_path / "room" / "1"
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"]
    assert set(about.files) == {"deep/er/text.txt", "empty.bin"}
    assert about.files == {f.relative_to(folder).as_posix(): sha256(f.read_bytes()).hexdigest() for f in files}


def test_the_manifest_says_where_the_model_comes_from(workspace: Workspace, points: Path) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    made, _ = train(workspace, "nearest", {"points": points}, {"k": 3}, Run(seed=5))
    raw = json.loads((workspace.folder("nearest", 1) / "manifest.json").read_text(encoding="utf-8"))
    assert set(raw) == set(Manifest.model_fields)
    assert (raw["system"], raw["version"], raw["contract"]) == ("nearest", 1, CONTRACT)
    assert (raw["config"], raw["seed"], raw["run"]) == ({"k": 3}, 5, "")
    assert (raw["learned_until"], raw["parent"]) == (0, None)
    assert raw["metrics"]["error"] > 0
    assert (workspace.home.snapshots / raw["data"]).is_dir()
    assert before <= datetime.fromisoformat(raw["created"]) <= datetime.now(UTC)
    assert {"python", "hanok", "numpy"} <= set(raw["libraries"])
    assert artifact.manifest(workspace.folder("nearest", 1)) == made


def test_a_folder_without_a_manifest_is_no_artifact(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(NotFound):
            artifact.manifest(folder)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"{}", b'{"contract": 1}', b'{"contract": "new", "system": "room"}', b"\xff\xfe{"],
)
def test_a_manifest_that_cannot_be_read_is_a_problem_with_its_path(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(Problem) as caught:
        artifact.manifest(tmp_path)
    assert caught.value.code == "bad_manifest"
    assert caught.value.where == str(tmp_path / "manifest.json")


def test_a_config_the_system_no_longer_takes_names_the_field(workspace: Workspace, points: Path) -> None:
    train(workspace, "nearest", {"points": points}, {}, Run())
    path = workspace.folder("nearest", 1) / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"k": 2', '"k": 200'), encoding="utf-8")
    with pytest.raises(Problem) as caught:
        workspace.load("nearest")
    assert caught.value.code == "old_config"
    assert caught.value.where.endswith("manifest.json config.k")


def test_what_an_artifact_loads_is_what_was_fitted(workspace: Workspace, points: Path) -> None:
    train(workspace, "nearest", {"points": points}, {"k": 4}, Run())
    system, about = artifact.load(workspace.folder("nearest", 1))
    assert system.config == type(system).Config.model_validate(about.config)
    assert system(system.Input(x=3)) == workspace.load("nearest")({"x": 3})


# -- taken up from elsewhere -------------------------------------------------------------------------------------------


@pytest.fixture
def two(tmp_path: Path, points: Path) -> Path:
    """A home with two versions of `nearest`."""
    with Workspace.open(tmp_path / "two") as workspace:
        for k in (1, 2):
            train(workspace, "nearest", {"points": points}, {"k": k}, Run())
    return tmp_path / "two"


def test_a_copied_artifact_goes_by_the_number_its_folder_has_here(two: Path, tmp_path: Path) -> None:
    shutil.copytree(two / "models/nearest/2", tmp_path / "here/models/nearest/7")
    with Workspace.open(tmp_path / "here") as here:
        model = here.load("nearest@7")
        assert model.manifest.version == 7
        assert model.system.config.model_dump() == {"k": 2}
        assert here.resolve("nearest") == ("nearest", 7)


@pytest.mark.parametrize("harm", ["newer", "unreadable", "half copied", "under another name"])
def test_one_artifact_that_cannot_be_used_does_not_close_the_house(
    two: Path, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    source, copy = two / "models/nearest/2", two / "models/nearest/3"
    if harm == "under another name":
        copy = two / "models/teaser/3"
    shutil.copytree(source, copy)
    text = (copy / "manifest.json").read_text(encoding="utf-8")
    if harm == "newer":
        (copy / "manifest.json").write_text(text.replace('"contract": 1', '"contract": 99'), encoding="utf-8")
    elif harm == "unreadable":
        (copy / "manifest.json").write_text(text[:50], encoding="utf-8")
    elif harm == "half copied":
        (copy / "known.parquet").unlink()
    with Workspace.open(two) as workspace:
        assert workspace.load("nearest")({"x": 3})
        with pytest.raises(NotFound):
            workspace.load(f"{copy.parent.name}@3")
    assert [str(copy) in message for message in caplog.messages] == [True]


def test_a_copy_is_taken_up_once_it_is_whole(two: Path) -> None:
    source, copy = two / "models/nearest/2", two / "models/nearest/3"
    shutil.copytree(source, copy)
    (copy / "known.parquet").unlink()
    Workspace.open(two).close()
    shutil.copyfile(source / "known.parquet", copy / "known.parquet")
    with Workspace.open(two) as workspace:
        assert workspace.resolve("nearest@challenger") == ("nearest", 3)


def test_a_number_is_not_given_again_after_its_folder_was_removed(two: Path, points: Path) -> None:
    shutil.rmtree(two / "models/nearest/2")
    with Workspace.open(two) as workspace:
        made, _ = train(workspace, "nearest", {"points": points}, {"k": 5}, Run())
        assert made.version == 3
        assert workspace.store.versions.get("nearest", 3).config == {"k": 5}
