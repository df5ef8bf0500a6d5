"""Which answers want a person most: those with most values that are likely wrong."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pydantic import BaseModel

from hanok.core import marks


def doubt(output: BaseModel) -> float:
    """How many of an answer's values with a `BOX` are wrong, by how sure each says it is, of those that may not stand.

    Example
    -------
    >>> from typing import Annotated
    >>> from pydantic import Field
    >>> class Read(BaseModel):
    ...     text: str
    ...     sure: Annotated[float, Field(ge=0, le=1)]
    ...     box: Annotated[list[list[float]], marks.BOX] = []
    ...     stands: bool = False
    >>> class Page(BaseModel):
    ...     lines: list[Read]
    >>> doubt(Page(lines=[Read(text="a", sure=0.75), Read(text="b", sure=0.5), Read(text="c", sure=0.1, stands=True)]))
    0.75
    """
    return sum(_doubts(output))


def _doubts(value: object) -> Iterator[float]:
    if isinstance(value, BaseModel):
        names = _names(type(value))
        if names is None:
            for field in type(value).model_fields:
                yield from _doubts(getattr(value, field))
        elif not (names[1] and getattr(value, names[1])):
            yield 1.0 - (float(getattr(value, names[0])) if names[0] else 0.0)
    elif isinstance(value, dict):
        for one in value.values():
            yield from _doubts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _doubts(one)


@cache
def _names(model: type[BaseModel]) -> tuple[str, str] | None:
    """Of a value with a box the fields that say how sure it is, and whether it stands; of another model None."""
    fields = dict(marks.fields(model))
    if not any("x-box" in schema for schema in fields.values()):
        return None
    sure = (name for name, schema in fields.items() if schema.get("minimum") == 0 and schema.get("maximum") == 1)
    stands = (name for name, schema in fields.items() if schema.get("type") == "boolean")
    return next(sure, ""), next(stands, "")
