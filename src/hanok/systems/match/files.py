"""The artifact's files: templates and cascades as JSON, tuned models, what people told as pictures and JSON lines."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, get_args

from hanok.parts.ocr import Cascade, Template
from hanok.parts.text import Language
from hanok.systems.match.data import Cell, Labelled
from hanok.systems.match.engines import Cloud, key, parts_of, reader, wrapped
from hanok.systems.match.models import TUNED, Model, file_of
from hanok.systems.match.room import Room
from hanok.systems.match.rules import Rules

ROOM, TOLD = "room.json", "told"


def write(folder: Path, room: Room, said: dict[str, dict[str, str]]) -> None:
    """Write the files; `said` is what people said of pictures, by SHA-256."""
    for place, template in enumerate(room.templates.values()):
        template.save(folder / f"template-{place}.json")
    for name, cascade in room.cascades.items():
        cascade.save(folder / f"cascade-{name}.json")
    for model in room.models:
        shutil.copyfile(model.path, folder / file_of(model.trained, model.language))
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
    cascades, models = dict[str, Cascade](), _models(folder)
    for name, engines in kept["engines"].items():
        group, language = parts_of(name)
        tuned = {TUNED[one.trained]: one for one in models if one.trained == "tesseract" or one.language == language}
        readers = [tuned[engine].reader if engine in tuned else reader(engine, language) for engine in engines]
        own = [wrapped(engine, group) for engine in readers]
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
        models=models,
    )
    return room, kept["said"]


def _models(folder: Path) -> tuple[Model, ...]:
    """The tuned models that are there."""
    every = [(trained, language) for trained in TUNED for language in get_args(Language)]
    found = {
        file_of(trained, language): Model(trained, language, folder / file_of(trained, language))
        for trained, language in every
    }
    return tuple(model for model in found.values() if model.path.exists())


def _packed(board: Labelled) -> dict[str, Any]:
    about = {"name": board.name, "design": board.design, "language": board.language, "whole": board.whole}
    return {**about, "cells": [cell._asdict() for cell in board.cells]}


def _unpacked(kept: dict[str, Any], image: Path) -> Labelled:
    cells = [Cell(**{**cell, "quad": tuple((x, y) for x, y in cell["quad"])}) for cell in kept.pop("cells")]
    return Labelled(image=image.read_bytes(), cells=tuple(cells), **kept)
