"""Which column of a file holds which field of a row model."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from pydantic import AliasChoices, AliasPath, BaseModel
from pydantic.fields import FieldInfo

from hanok.core.marks import resolve
from hanok.core.problem import Problem

How = Literal["name", "alias", "given", "missing"]


@dataclass(frozen=True)
class Column:
    """One field of the row model and the column of the file that holds it.

    Parameters
    ----------
    field : str
        Its name in the model.
    column : str or None
        The file's column, or None.
    how : str
        Found by the field's ``name``, by an ``alias``, as the user has ``given`` it; or ``missing``.
    expected : str
        What its cells should hold, in words.
    required : bool
        Whether the model has no default for it.
    """

    field: str
    column: str | None
    how: How
    expected: str
    required: bool


def normal(name: str) -> str:
    """A column's name without what people do not see: surrounding space, case, Unicode composition and width."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def aliases(field: FieldInfo) -> list[str]:
    """The other names under which a field may stand in a file, in the model's order of preference."""
    given = field.validation_alias
    choices = given.choices if isinstance(given, AliasChoices) else [given]
    names = [c.path[0] if isinstance(c, AliasPath) and len(c.path) == 1 else c for c in [*choices, field.alias]]
    return list(dict.fromkeys(name for name in names if isinstance(name, str)))


def known_names(row: type[BaseModel], given: Mapping[str, str]) -> set[str]:
    """Every column name, made `normal`, that would be recognised."""
    found = {normal(name) for field, info in row.model_fields.items() for name in (field, *aliases(info))}
    return found | {normal(name) for name in given.values()}


def recognise(row: type[BaseModel], names: Sequence[str], given: Mapping[str, str], file: str) -> list[Column]:
    """Find the column of each field: as given, else by its name, else by the first alias that no other field has.

    Parameters
    ----------
    row : type of BaseModel
        The model of one row.
    names : sequence of str
        The file's columns, no two of which are the same when made `normal`.
    given : mapping of str to str
        Field to column, from the user.
    file : str
        What to call the file in a problem.

    Returns
    -------
    list of Column
        One per field, in the model's order.

    Raises
    ------
    Problem
        ``unknown_column`` if `given` names a field or a column that is not there.

    Example
    -------
    >>> class Row(BaseModel):
    ...     question: str
    >>> recognise(Row, ["Question", "note"], {}, "faq.csv")[0].column
    'Question'
    """
    by_name = {normal(name): name for name in names}
    found: dict[str, tuple[str | None, How]] = {}
    for field, name in given.items():
        if field not in row.model_fields:
            raise _unknown(f"found no field {field!r} to take from column {name!r}", field, row.model_fields, file)
        found[field] = named(name, names, file), "given"
    for field in row.model_fields:
        if field not in found and normal(field) in by_name:
            found[field] = by_name[normal(field)], "name"
    for field, info in row.model_fields.items():
        taken = {column for column, _ in found.values()}
        free = [by_name[normal(a)] for a in aliases(info) if normal(a) in by_name and by_name[normal(a)] not in taken]
        if field not in found and free:
            found[field] = free[0], "alias"
    expected = descriptions(row)
    columns = []
    for field, info in row.model_fields.items():
        column, how = found.get(field, (None, "missing"))
        columns.append(Column(field, column, how, expected[field], info.is_required()))
    return columns


def named(name: str, names: Sequence[str], file: str) -> str:
    """The file's column of this name, whatever its case.

    Raises
    ------
    Problem
        ``unknown_column`` lists what there is.
    """
    for column in names:
        if normal(column) == normal(name):
            return column
    raise _unknown(f"found no column {name!r}", name, names, file)


def missing(columns: Sequence[Column], row: type[BaseModel], names: Sequence[str], file: str) -> Problem | None:
    """The problem of required fields without a column, with the nearest column by name for each, or None."""
    lost = [c for c in columns if c.required and c.column is None]
    if not lost:
        return None
    taken = {c.column for c in columns}
    free = {normal(name): name for name in names if name not in taken}
    hints = []
    for column in lost:
        wanted = [normal(n) for n in (column.field, *aliases(row.model_fields[column.field]))]
        near = next((free[m] for w in wanted for m in get_close_matches(w, free, n=1)), "<column>")
        hints.append(f"--columns {column.field}={near}")
    fields = ", ".join(f"{c.field!r} ({c.expected})" for c in lost)
    return Problem(
        "missing_column", f"found the columns {listed(names)}, expected also {fields}", file, " ".join(hints)
    )


def listed(names: Sequence[str] | Mapping[str, Any], limit: int = 20) -> str:
    """Names for a sentence, the first `limit` of them."""
    shown = ", ".join(repr(name) for name in list(names)[:limit])
    return f"{shown} and {len(names) - limit} more" if len(names) > limit else shown


def _unknown(message: str, name: str, names: Sequence[str] | Mapping[str, Any], file: str) -> Problem:
    near = get_close_matches(name, list(names), n=1)
    hint = f"did you mean {near[0]!r}?" if near else ""
    return Problem("unknown_column", f"{message}, expected one of {listed(names)}", file, hint)


def descriptions(row: type[BaseModel]) -> dict[str, str]:
    """What each field's cells should hold, in words.

    Example
    -------
    >>> from pydantic import Field
    >>> class Row(BaseModel):
    ...     stars: int = Field(ge=1, le=5)
    >>> descriptions(Row)
    {'stars': 'a whole number, at least 1, at most 5'}
    """
    schema = row.model_json_schema(by_alias=False)
    definitions = schema.get("$defs", {})
    return {field: describe(resolve(found, definitions)) for field, found in schema.get("properties", {}).items()}


_KINDS = {
    ("string", None): "text",
    ("string", "date"): "a date such as 2024-12-31",
    ("string", "date-time"): "a date and time such as 2024-12-31T23:59:59",
    ("integer", None): "a whole number",
    ("number", None): "a number",
    ("boolean", None): "true or false",
}
_BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "above {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "below {}",
    "minLength": "at least {} characters long",
    "maxLength": "at most {} characters long",
    "pattern": "matching {}",
}


def describe(schema: Mapping[str, Any]) -> str:
    """A field's JSON schema in words."""
    choices = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if choices:
        return ("one of " if len(choices) > 1 else "") + ", ".join(map(str, choices))
    kind = _KINDS.get((schema.get("type", ""), schema.get("format")), schema.get("type", "any value"))
    bounds = [words.format(schema[key]) for key, words in _BOUNDS.items() if key in schema]
    return ", ".join([kind, *bounds]).replace("at least 1 characters long", "not empty")
