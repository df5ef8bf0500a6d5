"""The artifact's files: templates and cascades as JSON, a tuned model, what people told as pictures and JSON lines."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from hanok.parts.ocr import Cascade, Template
from hanok.parts.ocr.tesseract import TUNED
from hanok.systems.match.data import Cell, Labelled
from hanok.systems.match.engines import Cloud, Group, key, reader, wrapped
from hanok.systems.match.room import Room
from hanok.systems.match.rules import Rules
from hanok.systems.match.tuning import FILE, Model

ROOM, TOLD = "room.json", "told"


def write(folder: Path, room: Room, said: dict[str, dict[str, str]]) -> None:
    """Write the files; `said` is what people said of pictures, by SHA-256."""
    for place, template in enumerate(room.templates.values()):
        template.save(folder / f"template-{place}.json")
    for name, cascade in room.cascades.items():
        cascade.save(folder / f"cascade-{name}.json")
    if room.model:
        shutil.copyfile(room.model.path, folder / FILE)
    (folder / TOLD).mkdir()
    for place, board in enumerate(room.told):
        (folder / TOLD / f"{place:04d}").write_bytes(board.image)
    content = {
        "layouts": list(room.templates),
        "designs": room.designs,
        "rules": {design: rules.as_dict() for design, rules in room.rules.items()},
        "languages": room.languages,
        "engines": room.engines,
        "told": [_packed(board) for board in room.told],
        "said": said,
        "notes": room.notes,
    }
    (folder / ROOM).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def read(folder: Path, cloud: Cloud | None) -> tuple[Room, dict[str, dict[str, str]]]:
    """The mirror of `write`; the paid reader follows the engines that were fitted.

    Raises
    ------
    Unavailable
        An engine is not installed here; the hint says what to install.
    Problem
        One is of another version: fit again.
    """
    kept: dict[str, Any] = json.loads((folder / ROOM).read_text(encoding="utf-8"))
    cascades, model = {}, Model(folder / FILE) if (folder / FILE).exists() else None
    for name, engines in kept["engines"].items():
        group, language = _parts(name)
        own = [
            model.reader() if model and engine == TUNED else wrapped(reader(engine, language), group)
            for engine in engines
        ]
        if cloud:
            own.append(wrapped(cloud(language), group))
        cascades[name] = Cascade.load(folder / f"cascade-{name}.json", own)
    if cloud:
        for spoken in {spoken for known in kept["languages"].values() for spoken in known}:
            if key("text", spoken) not in cascades:  # nobody here reads it; alone, the paid reader only proposes
                cascades[key("text", spoken)] = Cascade([cloud(spoken)], spoken)
    room = Room(
        templates={name: Template.load(folder / f"template-{k}.json") for k, name in enumerate(kept["layouts"])},
        designs=kept["designs"],
        rules={design: Rules.of(rules) for design, rules in kept["rules"].items()},
        languages={design: tuple(languages) for design, languages in kept["languages"].items()},
        cascades=cascades,
        engines={name: tuple(engines) for name, engines in kept["engines"].items()},
        told=tuple(_unpacked(board, folder / TOLD / f"{k:04d}") for k, board in enumerate(kept["told"])),
        notes=tuple(kept["notes"]),
        model=model,
    )
    return room, kept["said"]


def _parts(name: str) -> tuple[Group, Any]:
    """The group and language of a cascade."""
    if name.startswith("text."):
        return "text", name.removeprefix("text.")
    return ("number" if name == "number" else "figures"), "en"


def _packed(board: Labelled) -> dict[str, Any]:
    about = {"name": board.name, "design": board.design, "language": board.language, "whole": board.whole}
    return {**about, "cells": [cell._asdict() for cell in board.cells]}


def _unpacked(kept: dict[str, Any], image: Path) -> Labelled:
    cells = [Cell(**{**cell, "quad": tuple((x, y) for x, y in cell["quad"])}) for cell in kept.pop("cells")]
    return Labelled(image=image.read_bytes(), cells=tuple(cells), **kept)
