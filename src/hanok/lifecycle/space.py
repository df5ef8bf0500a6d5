"""A search space from a Config: its fields marked `SEARCH` or `LOG_SEARCH`, between their inclusive bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel

from hanok.core.marks import fields

if TYPE_CHECKING:
    from optuna import Trial


class Range(NamedTuple):
    """Numbers from `low` to `high`, both included."""

    low: float
    high: float
    log: bool
    integer: bool

    def suggest(self, trial: Trial, name: str) -> Any:
        """Draw a value."""
        if self.integer:
            return trial.suggest_int(name, int(self.low), int(self.high), log=self.log)
        return trial.suggest_float(name, self.low, self.high, log=self.log)


class Choice(NamedTuple):
    """One of several values, such as which model to use."""

    values: tuple[Any, ...]

    def suggest(self, trial: Trial, name: str) -> Any:
        """Draw a value."""
        return trial.suggest_categorical(name, self.values)


class Space(NamedTuple):
    """What may vary: `fit` fields need a new fit, `later` ones only `System.reconfigure`."""

    fit: dict[str, Range | Choice]
    later: dict[str, Range | Choice]

    @classmethod
    def of(cls, config: type[BaseModel], fixed: tuple[str, ...] = ()) -> Space:
        """Read the marks of a Config, leaving out what the user has fixed.

        Raises
        ------
        TypeError
            A marked field lacks inclusive bounds or choices: a fault of the system's author.

        Example
        -------
        >>> from typing import Annotated
        >>> from pydantic import Field
        >>> from hanok.core.marks import LOG_SEARCH
        >>> class Config(BaseModel):
        ...     alpha: Annotated[float, Field(ge=0.1, le=10), LOG_SEARCH] = 1.0
        >>> Space.of(Config).fit
        {'alpha': Range(low=0.1, high=10.0, log=True, integer=False)}
        """
        space = cls({}, {})
        for name, schema in fields(config):
            if "x-search" in schema and name not in fixed:
                part = space.later if "x-stage" in schema else space.fit
                part[name] = _dimension(f"{config.__name__}.{name}", schema)
        return space

    def suggest(self, trial: Trial) -> dict[str, Any]:
        """Draw all values of one trial."""
        return {name: dimension.suggest(trial, name) for name, dimension in (self.fit | self.later).items()}


def _dimension(where: str, schema: dict[str, Any]) -> Range | Choice:
    if "enum" in schema:
        return Choice(tuple(schema["enum"]))
    if schema.get("type") == "boolean":
        return Choice((False, True))
    log = schema["x-search"] == "log"
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is None or high is None or (log and low <= 0):
        raise TypeError(f"{where} is marked for search: it needs Field(ge=…, le=…)" + (" with ge > 0" if log else ""))
    return Range(float(low), float(high), log, schema.get("type") == "integer")
