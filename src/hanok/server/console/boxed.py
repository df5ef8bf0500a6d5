"""Rooms whose answers lie in a picture: values with boxes, which are put right where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from hanok.core.contract import AnySystem
from hanok.core.marks import marked, within
from hanok.server.console import forms


@dataclass(frozen=True)
class Boxed:
    """How such a room is shown.

    Parameters
    ----------
    picture : Widget
        Of the item, what boxes lie in.
    right : str, optional
        Of feedback, the field that holds right texts by path; None where feedback needs more than that.
    rest : Widget, optional
        Of feedback, its lone yes-or-no: about all other values.
    checks : str, optional
        Of the answer, what values owe each other.
    """

    picture: forms.Widget
    right: str | None
    rest: forms.Widget | None
    checks: str | None

    def script(self, may: bool) -> dict[str, Any]:
        """What the page's script is told; without permission nothing is put right."""
        rest = {"name": self.rest.name, "label": self.rest.label} if self.rest else None
        return asdict(self) | {"picture": self.picture.name, "right": self.right if may else None, "rest": rest}


def boxed(cls: type[AnySystem], fields: Sequence[forms.Widget], feedback: Sequence[forms.Widget]) -> Boxed | None:
    """How a room is shown whose answers have boxes and whose items a picture; None for others."""
    picture = next((field for field in fields if field.kind == "image"), None)
    if picture is None or not within(cls.Output, "box"):
        return None
    right = next(iter(marked(cls.Feedback, "right")), None)
    alone = not any(field.required for field in feedback if field.name != right)
    return Boxed(
        picture=picture,
        right=right if alone else None,
        rest=forms.verdict(feedback),
        checks=next(iter(marked(cls.Output, "checks")), None),
    )
