"""The contract: an answer is a pure function of the artifact (learnt offline), the ledger (since then) and the item.

Everything above ``systems/`` reads only this page, so a room that keeps it gets command line, HTTP, streaming, tuner,
console, reports, review queue and versions for free. `hanok.testing` holds every room to its rules.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, Generic, NamedTuple, Self, cast, get_args, get_origin

from pydantic import BaseModel
from typing_extensions import TypeVar, get_original_bases

from hanok.core.ledger import Event, FeedbackT, InputT, Ledger, Nothing, OutputT
from hanok.core.marks import marked
from hanok.core.meter import Meter
from hanok.core.problem import Problem, Unavailable
from hanok.core.report import Report
from hanok.core.run import Run

CONTRACT = 1
"""Version of this contract; artifacts that need a newer one are refused."""

ConfigT = TypeVar("ConfigT", bound=BaseModel)
SourcesT = TypeVar("SourcesT", bound=BaseModel)
DataT = TypeVar("DataT")
SettingsT = TypeVar("SettingsT", bound=BaseModel, default=Nothing)

EMPTY: Ledger[Any, Any, Any] = Ledger()


class Objective(NamedTuple):
    """What tuning follows: the name of a measure in `Report`, and whether more is better."""

    name: str
    maximize: bool = True


class Fold(NamedTuple, Generic[DataT]):
    """One named protocol of evaluation: fit on `train`, choose on `valid`, report on `test`."""

    name: str
    train: DataT
    valid: DataT
    test: DataT


class System(ABC, Generic[ConfigT, SourcesT, DataT, InputT, OutputT, FeedbackT, SettingsT]):
    """A room of the house: ``class FAQ(System[Config, Sources, Data, Question, Answers])``.

    The models are taken from the type arguments; the last two default to `Nothing`. After `fit` or `load` nothing on
    ``self`` is assigned, so `predict` may run in many threads.

    Parameters
    ----------
    config : ConfigT
        Every hyper-parameter.
    settings : SettingsT, optional
        Connections and secrets; from the environment as ``HANOK_<SYSTEM>_<FIELD>``, never saved.
    ledger : Ledger, optional
        What happened since the artifact was made.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    objectives: ClassVar[tuple[Objective, ...]]
    needs: ClassVar[tuple[str, ...]] = ()
    """Modules that learning needs and the base does not install; answering never does."""

    Config: ClassVar[type[BaseModel]]
    Sources: ClassVar[type[BaseModel]]
    Input: ClassVar[type[BaseModel]]
    Output: ClassVar[type[BaseModel]]
    Feedback: ClassVar[type[BaseModel]] = Nothing
    Settings: ClassVar[type[BaseModel]] = Nothing
    Examples: ClassVar[type[BaseModel]] = Nothing
    """What may be asked of made-up sources: see `examples`."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for base in get_original_bases(cls):
            variables = getattr(get_origin(base), "__parameters__", ())
            for variable, model in zip(variables, get_args(base), strict=False):
                door = variable.__name__.removesuffix("T")  # by name: an intermediate base shifts positions
                if door in System.__annotations__ and isinstance(model, type):
                    setattr(cls, door, model)

    def __init__(
        self,
        config: ConfigT,
        *,
        settings: SettingsT | None = None,
        ledger: Ledger[InputT, OutputT, FeedbackT] = EMPTY,
    ) -> None:
        self.config = config
        self.ledger = ledger
        self._settings = settings

    @property
    def settings(self) -> SettingsT:
        """The connections and secrets this system needs.

        Raises
        ------
        Unavailable
            They were not given; the hint names the environment variables.
        """
        if self._settings is None:
            needed = [name for name, field in self.Settings.model_fields.items() if field.is_required()]
            names = " ".join(f"HANOK_{self.name}_{field}".upper() for field in needed)
            raise Unavailable("settings_missing", f"{self.name} needs its settings", hint=f"set {names}")
        return self._settings

    # -- learnt offline ----------------------------------------------------------------------------------------------

    @classmethod
    def prepare(cls, sources: SourcesT, out: Path, run: Run) -> SourcesT:
        """Make clean sources in the folder `out` from raw material (crawl, cut, align, deduplicate)."""
        raise Problem("cannot_prepare", f"{cls.name} takes its sources as they are", hint=f"hanok train {cls.name}")

    @classmethod
    def examples(cls, wanted: BaseModel, out: Path, run: Run) -> SourcesT:
        """Make up sources with their truth in the folder `out`; `wanted` is of the class's own `Examples`."""
        raise Problem("no_examples", f"{cls.name} makes up no sources", hint=f"hanok systems {cls.name}")

    @classmethod
    @abstractmethod
    def read(cls, sources: SourcesT) -> DataT:
        """The data, validated: a `Problem` names file, row, column, what was found and what was expected."""

    @classmethod
    @abstractmethod
    def folds(cls, data: DataT, config: ConfigT, *, seed: int) -> Iterable[Fold[DataT]]:
        """Named evaluation protocols, each cut by the rule right for the task; the first one is tuned and reported."""

    @abstractmethod
    def fit(self, train: DataT, valid: DataT, run: Run) -> Self:
        """Learn from `train`, choose (stop early, calibrate) on `valid`; returns ``self``."""

    @abstractmethod
    def evaluate(self, data: DataT) -> Report:
        """Per-item scores on `data`; intervals, comparisons and the refusal of degenerate fits are made from them."""

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Write the artifact's files: safetensors, ONNX, JSON, Parquet; never pickle."""

    @abstractmethod
    def load(self, folder: Path) -> None:
        """The mirror of `save`, on a system just made from its saved config."""

    def reconfigure(self, config: ConfigT) -> Self:
        """A NEW system sharing what was fitted, with other values in the fields marked with a `Stage`."""
        raise Problem("cannot_reconfigure", f"{self.name} has no later stage; fit again")

    def learn(self, fold: Fold[DataT], events: Sequence[Event[InputT, OutputT, FeedbackT]], run: Run) -> Self:
        """A NEW system that has taken the feedback in; this one goes on serving.

        `fold` is what this one was fitted on; its test part judges the new one and is not to be learnt from.
        """
        raise Problem("cannot_learn", f"{self.name} does not learn from feedback", hint=f"hanok train {self.name}")

    def optimize(self, calibration: DataT, run: Run) -> Self:
        """A NEW, smaller or faster system."""
        raise Problem("cannot_optimize", f"{self.name} has nothing to make smaller")

    # -- answering ---------------------------------------------------------------------------------------------------

    @abstractmethod
    def predict(self, batch: Sequence[InputT]) -> Sequence[OutputT | Problem]:
        """One answer per item, in order: pure and thread-safe; a bad item's answer is a `Problem`, not an exception."""

    def stream(self, item: InputT) -> Iterator[OutputT]:
        """Parts of one answer; joined they are what `predict` gives."""
        yield self(item)

    @classmethod
    def join(cls, parts: Iterable[OutputT]) -> OutputT:
        """The parts of a stream as one answer: fields marked `APPEND` are concatenated, of others the last stands."""
        growing = set(marked(cls.Output, "append"))
        whole: dict[str, Any] = {}
        for part in parts:
            for field in part.model_fields_set:
                value = getattr(part, field)
                whole[field] = whole[field] + value if field in whole and field in growing else value
        return cast(OutputT, cls.Output(**whole))

    def review(self, item: InputT, output: OutputT) -> str | None:
        """Why a person should look at this answer, or None."""
        return None

    def meters(self) -> Sequence[Meter]:
        """What it has used up of what it may, such as money in a month; its room and Prometheus show it."""
        return ()

    @classmethod
    def reward(cls, event: Event[InputT, OutputT, FeedbackT]) -> float | None:
        """What this feedback was worth, 0 to 1: experiments between versions maximise it. None: it says nothing."""
        return None

    def __call__(self, item: InputT) -> OutputT:
        """One item, one answer; raises its `Problem`."""
        answer = self.predict([item])[0]
        if isinstance(answer, Problem):
            raise answer
        return answer


AnySystem = System[Any, Any, Any, Any, Any, Any, Any]
"""A system whatever its models: what generic code holds."""

DOORS = ("name", "title", "summary", "objectives", "Config", "Sources", "Input", "Output")


def check_doors(cls: type[AnySystem]) -> None:
    """Raise if a class leaves a door of the contract unset.

    Raises
    ------
    TypeError
        Names the doors, so that the author of a room sees it at once.
    """
    unset = [door for door in DOORS if not hasattr(cls, door)]
    unset += sorted(getattr(cls, "__abstractmethods__", ()))
    if unset:
        raise TypeError(f"{cls.__module__}.{cls.__qualname__} leaves unset: {', '.join(unset)}")
