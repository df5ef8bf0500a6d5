"""Asking a model: one item from the command line, or many as JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanok.cli.failure import PROBLEM, Usage
from hanok.cli.options import Json, first
from hanok.cli.output import emit, readable
from hanok.cli.session import session

if TYPE_CHECKING:
    from hanok.core.problem import Problem
    from hanok.lifecycle.model import Answer, Model

ASK = "give a text, --FIELD VALUE, or JSON lines on stdin"

BATCH = 256
"""Lines answered at a time."""


def predict(
    ctx: typer.Context,
    reference: Annotated[
        str,
        typer.Argument(
            metavar="REF",
            help="A model (faq, faq@2, faq@challenger), and one item: a text, or the fields of its input (see: "
            "hanok systems NAME); images and sounds are given as files. Without an item, JSON lines from stdin.",
            show_default=False,
            callback=first,
        ),
    ],
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the answer's image or sound there.")] = None,
    as_json: Json = False,
) -> None:
    """Ask a model."""
    from hanok.cli import arguments

    with session(ctx).workspace() as workspace:
        model = workspace.load(reference)
        if ctx.args or sys.stdin.isatty():
            _answer_one(model, arguments.item(model.system.Input, ctx.args), out, as_json)
        elif out:
            raise Usage("--out takes the answer to one item", "without it, JSON lines hold images and sounds as base64")
        else:
            _answer_lines(model)


# -- one item --------------------------------------------------------------------------------------------------------


def _answer_one(model: Model, item: dict[str, Any], out: Path | None, as_json: bool) -> None:
    from hanok.core.problem import Problem

    if not item and any(field.is_required() for field in model.system.Input.model_fields.values()):
        raise Usage("nothing was asked", ASK)
    [answer] = model.answer([item])
    if isinstance(answer.output, Problem):
        raise answer.output
    data = _as_dict(model, answer)
    output, media = data["output"], _media(model)
    if out:
        if not media:
            raise Usage(f"{model.system.name} answers with no image or sound", "leave --out out")
        name = next(iter(media))
        out.write_bytes(getattr(answer.output, name))
        output[name] = str(out)
    if as_json:
        emit(data)
        return
    shown = {name: output.pop(name) for name in list(output) if name in media}
    said = {
        n: str(out) if out and v == str(out) else f"{media[n]} (--out FILE keeps it)" for n, v in shown.items() if v
    }
    readable(output, said)
    if answer.id and not session_only(model):
        typer.echo(f"was it right? hanok feedback {answer.id} {_example(model)}", err=True)


def session_only(model: Model) -> bool:
    """Whether answers are recorded for their session's sake alone, so that nobody asks for feedback."""
    from hanok.core.ledger import Nothing

    return model.system.Feedback is Nothing


def _example(model: Model) -> str:
    """How feedback is given: its required fields."""
    from hanok.core.marks import fields

    examples = {"boolean": "true"}
    words = []
    for name, schema in fields(model.system.Feedback):
        if model.system.Feedback.model_fields[name].is_required():
            choices = "|".join(map(str, schema.get("enum", ())))
            words.append(f"--{name} {choices or examples.get(schema.get('type', ''), name.upper())}")
    return " ".join(words) or "--FIELD VALUE"


def _media(model: Model) -> dict[str, str]:
    """The answer's fields that hold images or sounds, and what they hold."""
    from hanok.core.marks import fields

    found = fields(model.system.Output)
    return {name: schema["contentMediaType"] for name, schema in found if "contentMediaType" in schema}


def _as_dict(model: Model, answer: Answer) -> dict[str, Any]:
    """As the HTTP API answers."""
    from hanok.core.problem import Problem
    from hanok.lifecycle.model import dump

    if isinstance(answer.output, Problem):
        return answer.output.envelope()
    return {"id": answer.id, "version": model.manifest.version, "output": dump(answer.output)}


# -- many items ------------------------------------------------------------------------------------------------------


def _answer_lines(model: Model) -> None:
    """One JSON line per line of stdin, in order; a bad one is answered with its error and the call ends with 1."""
    from hanok.core.marks import marked
    from hanok.core.problem import Problem

    # an answer of a session is remembered before the next item of it is answered
    size = 1 if marked(model.system.Input, "session") else BATCH
    asked = failed = 0
    for batch in _batches((line for line in sys.stdin if line.strip()), size):
        items = [_parsed(line, asked + i) for i, line in enumerate(batch, 1)]
        answers = iter(model.answer([item for item in items if not isinstance(item, Problem)]))
        for item in items:
            data = item.envelope() if isinstance(item, Problem) else _as_dict(model, next(answers))
            failed += "error" in data
            emit(data, line=True)
        asked += len(batch)
    if not asked:
        raise Usage("nothing was asked", ASK)
    if failed:
        raise typer.Exit(PROBLEM)


def _batches(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    lines = iter(lines)
    while batch := list(islice(lines, size)):
        yield batch


def _parsed(line: str, number: int) -> Any | Problem:
    from hanok.core.problem import Problem

    try:
        return json.loads(line)
    except ValueError as error:
        return Problem("bad_json", f"found no valid JSON: {error}", f"stdin:{number}", "write one JSON object per line")
