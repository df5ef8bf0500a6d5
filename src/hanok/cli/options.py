"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer


def first(value: str) -> str:
    """A name or reference, which stands before the options whose names it decides."""
    if value.startswith("-"):
        raise typer.BadParameter(f"it stands before {value}")
    return value


Name = Annotated[str, typer.Argument(metavar="NAME", help="An installed system, such as faq.", show_default=False)]

Reference = Annotated[
    str, typer.Argument(metavar="REF", help="A model: faq (its champion), faq@2 or faq@challenger.", show_default=False)
]

WithSources = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="An installed system, and what lies in its slots (see: hanok systems NAME); the first slot "
        "may be given without its name.",
        show_default=False,
        callback=first,
    ),
]

ReferenceWithSources = Annotated[
    str,
    typer.Argument(
        metavar="REF",
        help="A model (faq, faq@2, faq@challenger), and what lies in the slots of its system; the first slot "
        "may be given without its name.",
        show_default=False,
        callback=first,
    ),
]

Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout; errors as JSON on stderr.")]

Columns = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FIELD=COLUMN", help="Which column holds a field. Of several tables: SLOT.FIELD=COLUMN. Repeatable."
    ),
]

Where = Annotated[
    list[str] | None,
    typer.Option(
        metavar="COLUMN=VALUE",
        help="Keep only rows with this value. Of several tables: SLOT.COLUMN=VALUE. Repeatable.",
    ),
]

Skip = Annotated[bool, typer.Option("--skip", help="Leave unusable rows out instead of refusing the file.")]

Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="A hyper-parameter that differs from its default. Repeatable."),
]

Seed = Annotated[
    int, typer.Option(metavar="N", min=0, max=2**31 - 1, help="Every random number of the run comes from it.")
]

Threads = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, help="How many threads the run may use. Default: all.", show_default=False),
]

Promote = Annotated[bool, typer.Option("--promote", help="Make the new version the champion.")]
