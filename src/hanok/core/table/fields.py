"""How a whole column of a table is read as one field of a row model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast, get_args, get_origin

from pydantic import BaseModel

if TYPE_CHECKING:
    import polars as pl

_BOUNDS = {"ge", "gt", "le", "lt"}
_CONSTRAINTS = {
    "str": {"min_length", "max_length", "pattern"},
    "int": _BOUNDS,
    "float": _BOUNDS,
    "bool": set[str](),
    "date": _BOUNDS,
    "datetime": {"microseconds_precision"},
    "literal": {"expected"},
}
_DATE = r"(?:000[1-9]|00[1-9]\d|0[1-9]\d\d|[1-9]\d{3})-\d\d-\d\d".replace(r"\d", "[0-9]")
_WRITTEN = {
    "int": r"^-?[0-9]{1,18}$",
    "float": r"^-?[0-9]{1,15}(?:\.[0-9]{1,20})?$",
    "bool": "^(?:true|false|True|False|TRUE|FALSE|0|1)$",
    "date": f"^{_DATE}$",
    "datetime": f"^{_DATE}[T ][0-2][0-9]:[0-5][0-9]:[0-5][0-9]$",
}
"""Ways to write a value that pydantic takes for certain; it takes others too."""


def plain_fields(row: type[BaseModel]) -> dict[str, Any]:
    """The core schemas of the model's fields; empty if the model does more than take its fields one by one."""
    row.model_rebuild()
    schema = cast(dict[str, Any], row.__pydantic_core_schema__)
    inner = schema.get("schema", {})
    settings = set(schema.get("config", {})) - {"title", "extra_fields_behavior", "frozen", "coerce_numbers_to_str"}
    if schema["type"] != "model" or inner.get("type") != "model-fields" or settings:
        return {}
    if schema.get("custom_init") or schema.get("post_init") or schema.get("root_model"):
        return {}
    return {name: field["schema"] for name, field in inner["fields"].items()}


def dtype_of(annotation: Any) -> pl.DataType | None:
    """The type of a field's column, None if polars is to infer it."""
    import polars as pl

    args = [a for a in get_args(annotation) if a is not NoneType]
    if get_origin(annotation) is Literal:
        return pl.String() if all(type(choice) is str for choice in args) else None
    if get_origin(annotation) is Annotated or (len(args) == 1 and NoneType in get_args(annotation)):
        return dtype_of(args[0])
    dtypes: dict[Any, pl.DataType] = {
        str: pl.String(),
        int: pl.Int64(),
        float: pl.Float64(),
        bool: pl.Boolean(),
        date: pl.Date(),
        datetime: pl.Datetime("us"),
    }
    return dtypes.get(annotation)


class FieldReader:
    """One field of the model: how a whole column of it is read, and what an empty cell stands for."""

    def __init__(self, row: type[BaseModel], name: str, schema: dict[str, Any] | None) -> None:
        info = row.model_fields[name]
        self.name = name
        self.has_default = not info.is_required()
        self.nullable = NoneType in get_args(info.annotation)
        self.default = None if info.default_factory or not self.has_default else info.default
        self.fixed_default = not info.default_factory and type(self.default) in _FIXED
        plain = schema is not None
        if schema is not None and schema["type"] == "default":
            plain = set(schema) <= {"type", "schema", "default", "metadata"}
            schema = schema["schema"]
        if schema is not None and schema["type"] == "nullable":
            self.nullable = True
            schema = schema["schema"]
        self.schema = schema or {}
        self.plain = plain and _is_plain(self.schema)
        self.dtype = dtype_of(info.annotation)
        self.takes_numbers = bool(row.model_config.get("coerce_numbers_to_str"))  # ids that a file keeps as integers

    def by_column(self, found: pl.DataType) -> tuple[pl.Expr, pl.Expr]:
        """Two columns: the values, and whether only the model can say what it takes."""
        import polars as pl

        if not self.plain:
            return pl.lit(None).alias(self.name), pl.lit(True)
        cell = pl.col(self.name)
        value = self._value(cell, found)
        empty = cell.is_null() | (cell == "") if found == pl.String else cell.is_null()
        if self.fixed_default if self.has_default else self.nullable:
            filled = pl.when(empty).then(pl.lit(self.default, dtype=self.dtype)).otherwise(value)
            return filled.alias(self.name), ~empty & value.is_null()
        return value.alias(self.name), value.is_null() | (empty if self.has_default else pl.lit(False))

    def _value(self, cell: pl.Expr, found: pl.DataType) -> pl.Expr:
        """The converted cells, null where it is not certain that the model takes them."""
        import polars as pl

        kind = self.schema["type"]
        value = pl.lit(None, dtype=self.dtype)
        if found == pl.String:
            value = self._from_text(cell, kind)
        elif kind == "str" and found.is_integer() and self.takes_numbers:
            value = cell.cast(pl.String)
        elif kind == "int" and found.is_integer():
            value = cell.cast(pl.Int64, strict=False)
        elif kind == "float" and found.is_float():
            value = pl.when(cell.is_finite()).then(cell.cast(pl.Float64))
        elif kind == "float" and found.is_integer():
            exact = cell.is_between(-(2**31), 2**31)
            value = pl.when(exact).then(cell.cast(pl.Float64))
        elif (kind, found) in (("bool", pl.Boolean), ("date", pl.Date), ("datetime", pl.Datetime("us"))):
            value = cell
        return pl.when(self._within(value)).then(value)

    def _from_text(self, cell: pl.Expr, kind: str) -> pl.Expr:
        import polars as pl

        if kind == "str":
            return cell
        if kind == "literal":
            return pl.when(cell.is_in(self.schema["expected"])).then(cell)
        written = pl.when(cell.str.contains(_WRITTEN[kind])).then(cell)
        if kind == "bool":
            return written.str.to_lowercase().is_in(["true", "1"])
        if kind == "date":
            return written.str.to_date("%Y-%m-%d", strict=False)
        if kind == "datetime":
            return written.str.replace(" ", "T", literal=True).str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False)
        return written.cast(pl.Int64 if kind == "int" else pl.Float64, strict=False)

    def _within(self, value: pl.Expr) -> pl.Expr:
        import polars as pl

        n_chars = value.str.len_chars()
        checks: dict[str, Callable[[Any], pl.Expr]] = {
            "min_length": n_chars.__ge__,
            "max_length": n_chars.__le__,
            "pattern": value.str.contains,
            "ge": value.__ge__,
            "gt": value.__gt__,
            "le": value.__le__,
            "lt": value.__lt__,
        }
        return pl.all_horizontal(pl.lit(True), *(checks[k](v) for k, v in self.schema.items() if k in checks))

    def given(self, cell: Any) -> Any:
        """What the model is to see of a cell, `ABSENT` if nothing."""
        if cell is not None and not (isinstance(cell, str) and cell == ""):
            return cell
        if self.has_default:
            return ABSENT
        return None if self.nullable else "" if cell == "" else ABSENT


ABSENT = object()
_FIXED = (NoneType, str, int, float, bool, date)


def _is_plain(schema: Mapping[str, Any]) -> bool:
    """Whether a field's core schema says nothing that the conversions by column leave out."""
    kind = schema.get("type", "")
    if kind not in _CONSTRAINTS or set(schema) - {"type", "metadata"} - _CONSTRAINTS[kind]:
        return False
    if kind == "literal":
        return all(type(choice) is str for choice in schema["expected"])
    bounds = [value for key, value in schema.items() if key in _BOUNDS]
    return isinstance(schema.get("pattern", ""), str) and not any(
        isinstance(bound, int) and bound.bit_length() > 63 for bound in bounds
    )
