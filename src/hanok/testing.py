"""One suite of tests that holds every room, also a third party's, to the rules of the contract.

A room's test file is a subclass with its sources::

    from hanok.testing import ContractSuite

    class TestMyRoom(ContractSuite):
        system = MyRoom
        sources = {"words": "words.csv"}
        items = [{"text": "hello"}, {"text": "a much longer text"}]
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import numpy as np
import pytest
from pydantic import BaseModel

from hanok.core import artifact
from hanok.core.artifact import Manifest
from hanok.core.contract import AnySystem, Fold, check_doors
from hanok.core.ledger import Nothing
from hanok.core.marks import fields, marked
from hanok.core.problem import Problem, Stopped
from hanok.core.run import Progress, Run
from hanok.lifecycle.model import Model, dump
from hanok.lifecycle.space import Space

FORBIDDEN = {".pkl", ".pickle", ".joblib", ".pt", ".pth"}
"""Endings that promise something a reader would have to unpickle; arrays belong into safetensors."""


class ContractSuite:
    """Subclass it per room: `system`, `sources`, at least two `items`, and what the room needs in `config`."""

    system: ClassVar[type[AnySystem]]
    sources: ClassVar[Mapping[str, Any]]
    items: ClassVar[Sequence[Mapping[str, Any]]]
    config: ClassVar[Mapping[str, Any]] = {}
    settings: ClassVar[Mapping[str, Any]] = {}

    # -- fixtures ----------------------------------------------------------------------------------------------------

    @pytest.fixture(scope="class")
    @classmethod
    def fold(cls) -> Fold[Any]:
        """The first protocol of the room's own sources."""
        return next(iter(cls.system.folds(cls._data(), cls._config(), seed=0)))

    @pytest.fixture(scope="class")
    @classmethod
    def fitted(cls, fold: Fold[Any]) -> AnySystem:
        """The room, fitted once for all its tests."""
        return cls._new().fit(fold.train, fold.valid, Run(threads=1))

    @classmethod
    def _data(cls) -> Any:
        return cls.system.read(cls.system.Sources.model_validate(dict(cls.sources)))

    @classmethod
    def _config(cls) -> BaseModel:
        return cls.system.Config.model_validate(dict(cls.config))

    @classmethod
    def _new(cls) -> AnySystem:
        system = cls.system
        settings = None if system.Settings is Nothing else system.Settings.model_validate(dict(cls.settings))
        return system(cls._config(), settings=settings)

    def _items(self) -> list[BaseModel]:
        return [self.system.Input.model_validate(dict(item)) for item in self.items]

    # -- the promises ------------------------------------------------------------------------------------------------

    def test_every_door_is_set(self) -> None:
        """The class says who it is and what it takes and gives."""
        check_doors(self.system)
        assert self.system.objectives
        assert self.system.name.isidentifier()

    def test_every_field_says_what_it_is(self) -> None:
        """Marked fields can be searched, and all models have a JSON schema, which forms and the API are made from."""
        Space.of(self.system.Config)
        for model in (self.system.Config, self.system.Sources, self.system.Input, self.system.Output):
            list(fields(model))

    def test_the_constructor_only_stores(self) -> None:
        """Making a system costs nothing and keeps the config as given."""
        assert self._new().config == self._config()

    def test_fit_returns_itself(self, fold: Fold[Any]) -> None:
        """So that ``System(config).fit(...)`` is an expression."""
        system = self._new()
        assert system.fit(fold.train, fold.valid, Run(threads=1)) is system

    def test_the_same_seed_gives_the_same_model(self, fitted: AnySystem, fold: Fold[Any]) -> None:
        """Two fits with one seed answer alike."""
        again = self._new().fit(fold.train, fold.valid, Run(threads=1))
        assert _dumped(again.predict(self._items())) == _dumped(fitted.predict(self._items()))

    def test_a_fit_that_reports_can_be_stopped(self, fold: Fold[Any]) -> None:
        """`Stopped`, raised by whoever listens, comes out of `fit` unchanged."""

        def stop(progress: Progress) -> None:
            raise Stopped

        reports: list[Progress] = []
        self._new().fit(fold.train, fold.valid, Run(threads=1, listener=reports.append))
        if reports:
            with pytest.raises(Stopped):
                self._new().fit(fold.train, fold.valid, Run(threads=1, listener=stop))

    def test_answers_come_in_order_and_as_promised(self, fitted: AnySystem) -> None:
        """One per item, each an Output."""
        outputs = fitted.predict(self._items())
        assert len(outputs) == len(self.items)
        assert all(isinstance(output, self.system.Output) for output in outputs)

    def test_an_answer_does_not_depend_on_its_neighbours(self, fitted: AnySystem) -> None:
        """``predict([x, y, x])`` is the single answers, whatever the lengths."""
        x, y = self._items()[:2]
        single = [fitted(x), fitted(y), fitted(x)]
        assert _dumped(fitted.predict([x, y, x])) == _dumped(single)
        assert list(fitted.predict([])) == []

    def test_a_stream_joins_to_the_answer(self, fitted: AnySystem) -> None:
        """What comes in parts is what comes at once."""
        for item in self._items():
            assert dump(fitted.join(fitted.stream(item))) == dump(fitted(item))

    def test_answering_changes_nothing(self, fitted: AnySystem) -> None:
        """After `fit` nothing on self is assigned."""
        before = copy.copy(vars(fitted))
        fitted.predict(self._items())
        assert vars(fitted).keys() == before.keys()
        assert all(vars(fitted)[key] is before[key] for key in before)

    def test_threads_get_the_same_answers(self, fitted: AnySystem) -> None:
        """`predict` may run in several threads at once."""
        expected, found = _dumped(fitted.predict(self._items())), []
        threads = [Thread(target=lambda: found.append(_dumped(fitted.predict(self._items())))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [expected] * 4

    def test_what_is_saved_is_loaded(self, fitted: AnySystem, tmp_path: Path) -> None:
        """Through an artifact, with hashes and without pickle, the answers stay."""
        about = Manifest(system=self.system.name, config=fitted.config.model_dump(mode="json"))
        about = artifact.save(fitted, tmp_path, about)
        folder = tmp_path / self.system.name / str(about.version)
        assert not FORBIDDEN & {path.suffix for path in folder.rglob("*")}
        loaded = self._new()
        loaded.load(folder)
        assert _dumped(loaded.predict(self._items())) == _dumped(fitted.predict(self._items()))

    def test_settings_are_not_saved(self, fitted: AnySystem, tmp_path: Path) -> None:
        """No connection or secret is found in the artifact's bytes."""
        fitted.save(tmp_path)
        saved = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert not [value for value in self.settings.values() if str(value).encode() in saved]

    def test_evaluate_reports_its_objectives(self, fitted: AnySystem, fold: Fold[Any]) -> None:
        """Per-item values, finite, of one length; what describes the items is parallel to them."""
        report = fitted.evaluate(fold.test)
        for objective in self.system.objectives:
            assert report[objective.name].maximize == objective.maximize
        n = len(report.measures[0].values)
        for measure in report.measures:
            assert len(measure.values) == n
            assert np.isfinite(measure.values).all()
        for column in (report.items, report.expected, report.predicted, *report.slices.values()):
            assert len(column) in (0, n)

    def test_folds_have_stable_names(self, fold: Fold[Any]) -> None:
        """Cutting again with the same seed gives folds of the same names."""
        names = [[f.name for f in self.system.folds(self._data(), self._config(), seed=0)] for _ in range(2)]
        assert names[0] == names[1]
        assert fold.name == names[0][0]
        assert len(set(names[0])) == len(names[0])

    def test_an_exception_in_a_batch_is_nobody_elses(self, fitted: AnySystem) -> None:
        """`Model` answers every item, the good ones as ever."""
        about = Manifest(system=self.system.name, config={})
        model = Model(fitted, about)
        answers = model.answer([*self.items, {"no such field": object()}])
        good = answers[:-1]
        assert not any(isinstance(answer.output, Problem) for answer in good)

    def test_feedback_has_a_model_if_it_is_taken(self) -> None:
        """A room that learns or has a reward takes feedback."""
        cls = self.system
        gives = "learn" in vars(cls) or "reward" in vars(cls)
        assert not gives or cls.Feedback is not Nothing

    def test_growing_fields_can_grow(self) -> None:
        """What is marked `APPEND` is text, bytes or a list."""
        kinds = {name: schema.get("type") for name, schema in fields(self.system.Output)}
        assert all(kinds[name] in {"string", "array"} for name in marked(self.system.Output, "append"))


def _dumped(outputs: Sequence[BaseModel | Problem]) -> list[Any]:
    return [output.envelope() if isinstance(output, Problem) else dump(output) for output in outputs]
