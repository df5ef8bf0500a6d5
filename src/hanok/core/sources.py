"""The named slots a user fills: a table, a folder. What is in them is read by `System.read`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema
from typing_extensions import TypeVar

from hanok.core.problem import NotFound

if TYPE_CHECKING:
    import polars as pl

    from hanok.core.table import Check

RowT = TypeVar("RowT", bound=BaseModel)


class Source(BaseModel):
    """What lies in one slot; a bare path stands for it."""

    model_config = ConfigDict(frozen=True)
    path: Path

    @model_validator(mode="before")
    @classmethod
    def _from_path(cls, value: Any) -> Any:
        return {"path": value} if isinstance(value, (str, Path)) else value


class Table(Source, Generic[RowT]):
    """A table file: CSV, TSV, JSON lines or Parquet, its columns described by a model of one row.

    Parameters
    ----------
    path : Path
        The file.
    columns : dict of str to str
        Which column of the file holds a field, where neither its name nor an alias is there: ``{"question": "q1"}``.
    where : dict of str to str
        Keep only rows whose column has this value: ``{"label": "0"}``.
    skip : bool
        Leave rows out that cannot be used, instead of refusing the file.

    Example
    -------
    >>> from pydantic import Field
    >>> class Row(BaseModel):
    ...     question: str = Field(min_length=1, alias="question")
    >>> class Sources(BaseModel):
    ...     questions: Table[Row]
    >>> Sources(questions="faq.csv").questions.path
    PosixPath('faq.csv')
    """

    columns: dict[str, str] = {}
    where: dict[str, str] = {}
    skip: bool = False

    @classmethod
    def row(cls) -> type[BaseModel]:
        """The model of one row: ``Row`` of ``Table[Row]``."""
        arguments = cls.__pydantic_generic_metadata__["args"]
        if not arguments:
            raise TypeError("a slot for a table says what a row is: Table[Row]")
        row: type[BaseModel] = arguments[0]
        return row

    def check(self) -> Check:
        """Everything that can be said about the file without training on it; raises only if it cannot be opened."""
        from hanok.core.table import check

        return check(self.path, self.row(), columns=self.columns, where=self.where)

    def read(self) -> pl.DataFrame:
        """The usable rows, one column per field, in the file's order; with ``extra="allow"`` also the other columns.

        Raises
        ------
        Problem
            Rows that do not fit and `skip` is off, or nothing usable at all.
        """
        return self.check().frame(skip=self.skip)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        schema = handler.resolve_ref_schema(handler(core))
        if cls.__pydantic_generic_metadata__["args"]:
            schema["x-row"] = cls.row().model_json_schema()
        return {**schema, "x-source": "table"}


class Folder(Source):
    """A folder of files, such as recordings or photos; a single file stands for a folder of it alone."""

    def files(self, *patterns: str) -> list[Path]:
        """Its files that match one of the glob `patterns`, sorted.

        Raises
        ------
        NotFound
            There is no such folder, or nothing in it matches.
        """
        wanted = patterns or ("*",)
        if self.path.is_file():
            found = [self.path] if any(self.path.match(p) for p in wanted) else []
        else:
            found = sorted({f for p in wanted for f in self.path.rglob(p) if f.is_file()})
        if not found:
            named = " or ".join(patterns) or "any file"
            raise NotFound("empty_folder", f"no {named} in {self.path}", str(self.path), "check the folder's name")
        return found

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler.resolve_ref_schema(handler(core)), "x-source": "folder"}
