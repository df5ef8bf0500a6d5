from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from types import NoneType
from typing import Annotated, Any, Literal, get_args

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from hanok.core.table import rows
from hanok.core.table.columns import recognise
from hanok.core.table.rows import Judged, judge


def hold(row: type[BaseModel], frame: pl.DataFrame) -> Judged:
    columns = recognise(row, frame.columns, {}, "t.csv")
    return judge(row, columns, frame, pl.int_range(2, frame.height + 2, eager=True), "t.csv")


def table(row: type[BaseModel], cells: Sequence[Sequence[Any]], dtype: type[pl.DataType] = pl.String) -> pl.DataFrame:
    columns = zip(*cells, strict=True)
    return pl.DataFrame([pl.Series(n, list(c), dtype=dtype) for n, c in zip(row.model_fields, columns, strict=True)])


def by_pydantic(row: type[BaseModel], cells: Sequence[Any]) -> list[Any] | None:
    """The verdict on one row by the rule as documented, with nothing but the model."""
    seen = {}
    for (name, info), raw in zip(row.model_fields.items(), cells, strict=True):
        cell = raw.strip() if isinstance(raw, str) else raw
        if cell is not None and cell != "":
            seen[name] = cell
        elif not info.is_required():
            continue
        elif NoneType in get_args(info.annotation):
            seen[name] = None
        elif cell == "":
            seen[name] = ""
    try:
        model = row.model_validate(seen, by_alias=False, by_name=True)
    except ValidationError:
        return None
    values = [getattr(model, name) for name in row.model_fields]
    if any(type(v) is int and not -(2**63) <= v < 2**63 for v in values):
        return None
    return [v.astimezone(UTC).replace(tzinfo=None) if isinstance(v, datetime) and v.tzinfo else v for v in values]


def same(found: Sequence[Any], expected: Sequence[Any]) -> bool:
    return all(
        type(a) is type(b) and (a == b or (a != a and b != b)) for a, b in zip(found, expected, strict=True)
    )  # NaN is itself


def assert_equal_to_pydantic(row: type[BaseModel], frame: pl.DataFrame, cells: Sequence[Sequence[Any]]) -> None:
    expected = [by_pydantic(row, c) for c in cells]
    judged = hold(row, frame)
    bad = [i + 2 for i, e in enumerate(expected) if e is None]
    assert sorted({line for line, _ in judged.problems}) == bad
    assert judged.n_bad == len(bad)
    good = [e for e in expected if e is not None]
    assert judged.frame.height == len(good)
    assert all(same(a, b) for a, b in zip(judged.frame.rows(), good, strict=True))
    assert judged.frame.columns == list(row.model_fields)


Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2030, 1, 1))]

TYPES: list[Any] = [
    str,
    Annotated[str, Field(min_length=1)],
    Annotated[str, Field(min_length=2, max_length=4)],
    Annotated[str, Field(pattern=r"^[a-z가-힣]\w*$")],
    Annotated[str, StringConstraints(to_upper=True)],
    int,
    Annotated[int, Field(ge=0, le=5)],
    Annotated[int, Field(gt=-3, lt=2**70)],
    Annotated[int, Field(multiple_of=2)],
    float,
    Annotated[float, Field(gt=0, lt=1.5)],
    Annotated[float, Field(allow_inf_nan=False, le=3)],
    bool,
    date,
    Day,
    datetime,
    Literal["a", "b"],
    Literal[1, "1"],
    list[str],
    int | str,
]

TRICKY = [
    "",
    " ",
    "0",
    "1",
    "-1",
    "+1",
    "01",
    "1.0",
    "1.5",
    "1e2",
    "1_000",
    "-0",
    "-0.0",
    ".5",
    "5.",
    "1e400",
    "nan",
    "inf",
    "NaN",
    "x",
    "ab",
    "abcd",
    "abcde",
    "a",
    "b",
    "가나",
    "true",
    "True",
    "TRUE",
    "tRue",
    "yes",
    "off",
    "T",
    "f",
    "2",
    "6",
    "9223372036854775807",
    "9223372036854775808",
    "99999999999999999999",
    "123456789012345678",
    "0.1",
    "0.30000000000000004",
    "123456789012345.12345678901234567890",
    "2024-01-02",
    "2024-02-30",
    "0000-01-01",
    "0001-01-01",
    "9999-12-31",
    "1999-12-31",
    "2030-01-01",
    "2024-1-2",
    "2024-01-02T03:04:05",
    "2024-01-02 03:04:05",
    "2024-01-02T24:00:00",
    "2024-01-02T23:59:60",
    "2024-01-02T03:04:05Z",
    "2024-01-02T03:04:05+09:00",
    "2024-01-02T03:04",
    "2024-01-02T03:04:05.123456",
    "1700000000",
    "２",
    "\u00a0x\u3000",
    "😀",
    "e\u0301",
]
CELL = st.one_of(
    st.sampled_from(TRICKY),
    st.text(max_size=6),
    st.integers(-10, 10).map(str),
    st.integers().map(str),
    st.floats().map(repr),
    st.dates().map(str),
    st.datetimes().map(str),
    st.none(),
)


def a_model(types: Sequence[tuple[Any, str]], numbers: bool = False) -> type[BaseModel]:
    wrap: dict[str, Callable[[Any], Any]] = {
        "required": lambda t: (t, ...),
        "optional": lambda t: (t | None, None),
        "nullable": lambda t: (t | None, ...),
        "text default": lambda t: (t, "d"),
        "number default": lambda t: (t, 3),
        "factory": lambda t: (t, Field(default_factory=lambda: "f")),
    }
    names: dict[str, Any] = {f"c{i}": wrap[how](t) for i, (t, how) in enumerate(types)}
    annotations = {name: t for name, (t, _) in names.items()}
    body: dict[str, Any] = {name: default for name, (_, default) in names.items() if default is not ...}
    if numbers:
        body["model_config"] = ConfigDict(coerce_numbers_to_str=True)
    return type("Row", (BaseModel,), {"__annotations__": annotations, "__module__": __name__, **body})


HOW = st.sampled_from(["required", "required", "optional", "nullable"])


@settings(max_examples=400)
@given(st.lists(st.tuples(st.sampled_from(TYPES), HOW), min_size=1, max_size=3), st.data())
def test_the_verdict_and_values_equal_pydantics(types: list[tuple[Any, str]], data: st.DataObject) -> None:
    row = a_model(types, data.draw(st.booleans()))
    cells = data.draw(st.lists(st.tuples(*[CELL] * len(types)), min_size=1, max_size=8))
    assert_equal_to_pydantic(row, table(row, cells), cells)


@pytest.mark.parametrize("kind", TYPES, ids=str)
@pytest.mark.parametrize("how", ["required", "optional", "nullable"])
def test_each_type_on_every_tricky_cell(kind: Any, how: str) -> None:
    row = a_model([(kind, how)])
    cells = [(text,) for text in TRICKY] + [(None,)]
    assert_equal_to_pydantic(row, table(row, cells), cells)


@pytest.mark.parametrize(
    ("kind", "how"), [(str, "text default"), (int, "number default"), (float, "number default"), (str, "factory")]
)
def test_defaults_stand_where_cells_are_empty(kind: Any, how: str) -> None:
    row = a_model([(kind, how)])
    assert hold(row, table(row, [("",), (" ",), (None,), ("7",)])).frame["c0"].to_list()[:3] == (
        [{"text default": "d", "factory": "f"}.get(how, kind(3) if kind is not str else "")] * 3
    )


@settings(max_examples=100)
@given(st.sampled_from(TYPES), HOW, st.data())
def test_cells_of_other_types_are_judged_as_by_pydantic(kind: Any, how: str, data: st.DataObject) -> None:
    row = a_model([(kind, how)], data.draw(st.booleans()))
    values = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(TRICKY), st.lists(st.text())
    )
    cells = data.draw(st.lists(st.tuples(values), min_size=1, max_size=8))
    assert_equal_to_pydantic(row, table(row, cells, pl.Object), cells)


@pytest.mark.parametrize("numbers", [False, True])
@pytest.mark.parametrize("kind", TYPES, ids=str)
@pytest.mark.parametrize(
    "series",
    [
        pl.Series([0, 1, -5, 2**62, None]),
        pl.Series([0, 1, 100], dtype=pl.Int8),
        pl.Series([0, 2**64 - 1], dtype=pl.UInt64),
        pl.Series([0.0, 1.0, 1.5, -2.5, float("nan"), float("inf"), None]),
        pl.Series([0.1, 1.0], dtype=pl.Float32),
        pl.Series([True, False, None]),
        pl.Series([date(2024, 1, 2), date(1970, 1, 1), None]),
        pl.Series([datetime(2024, 1, 2, 3), datetime(2024, 1, 2), None]),
        pl.Series([datetime(2024, 1, 2, 3, tzinfo=UTC)]),
        pl.Series(["a", " b ", "", "1", None], dtype=pl.Categorical),
        pl.Series([["a"], ["b", "c"], None]),
        pl.Series([None, None]),
    ],
    ids=lambda s: str(s.dtype),
)
def test_parquet_columns_are_judged_as_by_pydantic(kind: Any, numbers: bool, series: pl.Series) -> None:
    row = a_model([(kind, "optional")], numbers)
    assert_equal_to_pydantic(row, series.alias("c0").to_frame(), [(v,) for v in series.to_list()])


class Checked(BaseModel):
    low: int
    high: int

    @model_validator(mode="after")
    def _ordered(self) -> "Checked":
        if self.low > self.high:
            raise ValueError("low is above high")
        return self


def even(value: int) -> int:
    if value % 2:
        raise ValueError("is odd")
    return value


def test_a_models_own_validators_have_their_say() -> None:
    judged = hold(Checked, table(Checked, [("1", "2"), ("3", "2")]))
    assert judged.frame.rows() == [(1, 2)]
    assert [(p.where, p.message) for _, p in judged.problems] == [("t.csv:3", "low is above high")]

    class Row(BaseModel):
        n: Annotated[int, AfterValidator(even)]

    judged = hold(Row, table(Row, [("2",), ("3",)]))
    assert judged.frame["n"].to_list() == [2]
    assert str(judged.problems[0][1]) == "t.csv:3 n: found '3', is odd"


def test_a_models_settings_have_their_say() -> None:
    class Row(BaseModel):
        model_config = ConfigDict(str_to_lower=True, coerce_numbers_to_str=True)
        user: str

    assert hold(Row, table(Row, [("ABC",)])).frame["user"].to_list() == ["abc"]
    assert hold(Row, pl.DataFrame({"user": [12, 13]})).frame["user"].to_list() == ["12", "13"]


def test_other_types_are_kept_as_polars_or_python_can() -> None:
    class Colour(Enum):
        RED = "red"

    class Row(BaseModel):
        colour: Colour
        tags: list[str] = []

    judged = hold(Row, table(Row, [("red", ""), ("blue", "")]))
    assert judged.frame.to_dicts() == [{"colour": "red", "tags": []}]
    assert judged.n_bad == 1

    class Mixed(BaseModel):
        value: int | str

    assert hold(Mixed, pl.DataFrame({"value": pl.Series([1, "x"], dtype=pl.Object)})).frame["value"].to_list() == [
        1,
        "x",
    ]


class Row(BaseModel):
    text: str = Field(min_length=1)
    stars: int | None = Field(None, ge=1, le=5)
    day: date = date(2024, 1, 1)
    kind: Literal["a", "b"] = "a"
    sure: bool = False


@pytest.mark.parametrize(
    ("cells", "where", "message"),
    [
        (("", "", "", "", ""), "text", "found an empty cell, expected text of at least 1 character"),
        (("x", "five", "", "", ""), "stars", "found 'five', expected a valid integer"),
        (("x", "9", "", "", ""), "stars", "found '9', expected less than or equal to 5"),
        (("x", "1.5", "", "", ""), "stars", "found '1.5', expected a valid integer"),
        (("x", "", "soon", "", ""), "day", "found 'soon', expected a valid date or datetime"),
        (("x", "", "", "A", ""), "kind", "found 'A', expected 'a' or 'b'"),
        (("x", "", "", "", "perhaps"), "sure", "found 'perhaps', expected a valid boolean"),
    ],
)
def test_a_problem_names_line_column_found_expected_and_a_way_out(
    cells: tuple[str, ...], where: str, message: str
) -> None:
    judged = hold(Row, table(Row, [("fine", "", "", "", ""), cells]))
    ((line, problem),) = judged.problems
    assert (line, problem.where, problem.message) == (3, f"t.csv:3 {where}", message)
    assert problem.hint


def test_every_bad_cell_of_a_row_is_named_by_the_files_own_column() -> None:
    class Aliased(BaseModel):
        text: str = Field(alias="body", min_length=1)
        stars: int

    judged = hold(Aliased, pl.DataFrame({"Body": [""], "Stars": ["x"]}))
    assert [p.where for _, p in judged.problems] == ["t.csv:2 Body", "t.csv:2 Stars"]
    assert judged.n_bad == 1


def test_a_null_in_a_required_column_is_an_empty_cell() -> None:
    judged = hold(Checked, pl.DataFrame({"low": [1, None], "high": [2, 2]}))
    assert str(judged.problems[0][1]) == "t.csv:3 low: found an empty cell, expected a value"


def test_long_values_are_cut_in_messages() -> None:
    judged = hold(Checked, table(Checked, [("x" * 10_000, "1")]))
    assert len(judged.problems[0][1].message) < 150


def test_only_the_first_problems_are_kept_and_all_rows_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_PROBLEMS", 3)
    judged = hold(Checked, table(Checked, [("x", "1")] * 10))
    assert (judged.n_bad, [line for line, _ in judged.problems]) == (10, [2, 3, 4])


def test_types_do_not_hang_on_the_data() -> None:
    expected = {"text": pl.String, "stars": pl.Int64, "day": pl.Date, "kind": pl.String, "sure": pl.Boolean}
    for cells in ([("x", "", "", "", "")], [("", "", "", "", "")], [("x", "01", "0", "b", "yes")]):
        assert dict(hold(Row, table(Row, cells)).frame.schema) == expected


def test_types_hang_neither_on_validators_nor_settings() -> None:
    class Row(BaseModel):
        model_config = ConfigDict(str_to_lower=True)
        n: Annotated[int, AfterValidator(even)] | None = None
        s: str | None = None

    assert dict(hold(Row, table(Row, [("", "")])).frame.schema) == {"n": pl.Int64, "s": pl.String}


def test_times_with_an_offset_are_kept_in_utc() -> None:
    class When(BaseModel):
        at: datetime

    judged = hold(When, table(When, [("2024-01-02T03:04:05+09:00",), ("2024-01-02T03:04:05",)]))
    assert judged.frame["at"].to_list() == [datetime(2024, 1, 1, 18, 4, 5), datetime(2024, 1, 2, 3, 4, 5)]
    assert judged.frame.schema["at"] == pl.Datetime("us")
