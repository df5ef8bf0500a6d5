"""The bundled examples: ``examples/<system>/<slot>.csv``, or whatever ending, or a folder of that name."""

from __future__ import annotations

from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hanok.lifecycle.workspace import Workspace
    from hanok.store import Job

FOLDER = Path(str(files("hanok"))) / "examples"
"""A link into the repository; a folder of its own where hanok is installed."""


def found(folder: Path = FOLDER) -> dict[str, dict[str, Path]]:
    """What lies in the slots of each installed system that has an example with all the slots it needs."""
    from hanok.core import registry

    examples: dict[str, dict[str, Path]] = {}
    for room in sorted(path for path in folder.iterdir() if path.name in registry.names()):
        slots = registry.find(room.name).Sources.model_fields
        lie = {path.stem: path for path in sorted(room.iterdir()) if path.stem in slots}
        if all(slot in lie for slot, info in slots.items() if info.is_required()):
            examples[room.name] = lie
    return examples


def train_untrained(workspace: Workspace, folder: Path = FOLDER) -> list[Job]:
    """Queue the training of every example whose system has no model yet, none on its way, and all it needs."""
    from hanok.core import registry
    from hanok.lifecycle.jobs import submit

    asked = []
    for system, slots in found(folder).items():
        waiting = workspace.store.jobs.list(system, kind="train", states=("queued", "running"))
        ready = all(find_spec(module) for module in registry.find(system).needs)
        if ready and not workspace.store.versions.list(system) and not waiting:
            sources = {slot: {"path": str(path), "name": path.name} for slot, path in slots.items()}
            asked.append(submit(workspace, "train", system, {"sources": sources}))
    return asked
