"""The user's files, checked row by row and against each other."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import numpy as np

from hanok.core.problem import Problem
from hanok.systems.comics.data import Catalogue, Data, Sources

SHOWN = 5
"""Examples that are named of what is wrong many times."""

FEWEST = 3
"""Different comics somebody must have read, so that one can be held out for a test and two remain to learn from."""


def read(sources: Sources) -> Data:
    """Reads and comics.

    Raises
    ------
    Problem
        A row cannot be used, a comic stands twice, there is one comic only, a read is of a comic that is not among the
        items (unless `skip` leaves such rows out), none of the covers is there, or nobody has read three comics.
    """
    frame = sources.items.read()
    where = sources.items.path.name
    twice = frame.filter(frame["item"].is_duplicated())["item"]
    if len(twice):
        raise Problem("repeated_item", f"found {twice[0]!r} more than once; expected each comic once", f"{where} item")
    if frame.height < 2:
        raise Problem("one_item", "found one comic; expected two or more to choose from", where)
    covers, notes = _covers(sources, frame["item"].to_list(), frame["cover"].to_list())
    untold = int((frame["synopsis"].str.strip_chars() == "").sum())
    if untold:
        notes.append(f"{_comics(untold)} without a synopsis: their titles alone are compared.")
    columns = {f"{name}s": frame[name].to_list() for name in ("item", "title", "genre", "author")}
    return _reads(sources, Catalogue(synopses=frame["synopsis"].to_list(), covers=covers, **columns), notes)


def _reads(sources: Sources, catalogue: Catalogue, notes: list[str]) -> Data:
    frame, where = sources.reads.read(), sources.reads.path.name
    known = frame["item"].is_in(catalogue.items)
    if not known.all():
        strange = frame.filter(~known)["item"].unique(maintain_order=True)
        rows = int((~known).sum())
        if not sources.reads.skip or rows == frame.height:
            some = ", ".join(repr(item) for item in strange[:SHOWN])
            items = sources.items.path.name
            found = f"{rows} of {frame.height} reads are of {_comics(len(strange))} not in {items}: {some}"
            hint = f"add them to {items}, or leave such rows out with --skip"
            raise Problem("unknown_item", f"{found}; expected ids of {items}", f"{where} item", hint)
        notes.append(f"{rows} reads of {_comics(len(strange))} not among the items are left out.")
        frame = frame.filter(known)
    timed = frame["time"].is_not_null().all()
    if timed:
        frame = frame.sort("time", maintain_order=True)
    elif frame["time"].is_not_null().any():
        notes.append("Some reads have no time: none is used, and what is held out for the test is drawn at random.")
    data = Data.of(catalogue, list(frame.select("user", "item").iter_rows()), timed=bool(timed), notes=tuple(notes))
    most = int(np.bincount(data.users).max())
    if most < FEWEST:
        found = f"no reader has read more than {_comics(most)}; expected {FEWEST} or more of somebody"
        raise Problem("too_few_reads", found, where)
    return data


def _covers(sources: Sources, items: list[str], names: list[str]) -> tuple[list[Path | None], list[str]]:
    """The picture of each comic, and what is to be said about those that have none."""
    if sources.covers is None:
        return [None] * len(items), ["No folder of covers: the image ranker has no say."]
    there = {file.relative_to(sources.covers.path).as_posix(): file for file in sources.covers.files()}
    lies = {PurePosixPath(name).name: file for name, file in there.items()}  # uploads come without their folders
    found = [there.get(name) or lies.get(PurePosixPath(name.replace("\\", "/")).name) for name in names]
    where = f"{sources.items.path.name} cover"
    if not any(found):
        some = ", ".join(sorted(there)[:SHOWN])
        named = next((name for name in names if name), None)
        said = (
            f"not one of the covers is in the folder: {named!r} is not among {some}" if named else "no comic names one"
        )
        raise Problem("no_covers", f"{said}; expected names of files in {sources.covers.path.name}", where)
    missing = [name for name, file in zip(names, found, strict=True) if name and file is None]
    notes = []
    if missing:
        notes.append(f"Covers named but not in the folder: {_some(missing)}. They count as without a cover.")
    bare = sum(1 for name in names if not name)
    if bare:
        notes.append(f"{_comics(bare)} without a cover: the image ranker does not rank them.")
    return found, notes


def _some(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _comics(n: int) -> str:
    return f"{n} comic" + "s" * (n != 1)
