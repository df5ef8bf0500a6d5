"""What a person thinks of an answer."""

from __future__ import annotations

from typing import Annotated

import typer

from hanok.cli.options import Json, first
from hanok.cli.output import emit, say
from hanok.cli.session import session


def feedback(
    ctx: typer.Context,
    answer: Annotated[
        str,
        typer.Argument(
            metavar="ANSWER",
            help="An answer's id, as hanok predict shows it, and the fields of the system's feedback (see: hanok "
            "systems NAME).",
            show_default=False,
            callback=first,
        ),
    ],
    as_json: Json = False,
) -> None:
    """Say whether an answer was right.

    The system may take it in at once; hanok learn makes a new version of it.
    """
    from hanok.cli import arguments
    from hanok.core import registry
    from hanok.core.ledger import Nothing
    from hanok.lifecycle.model import give_feedback

    with session(ctx).workspace() as workspace:
        cls = registry.find(workspace.store.answers.get(answer).system)
        said = {} if cls.Feedback is Nothing else arguments.item(cls.Feedback, ctx.args)
        new = give_feedback(workspace.store, cls, answer, said)
    if as_json:
        emit({"answer": answer, "new": new})
    else:
        say("noted" if new else "the same was said before")
