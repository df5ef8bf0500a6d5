"""One way to ask a system, for Python, command line and HTTP alike: therefore the same answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

from pydantic import BaseModel, ValidationError

from hanok.core.artifact import Manifest
from hanok.core.contract import AnySystem
from hanok.core.ledger import Nothing
from hanok.core.marks import marked
from hanok.core.problem import Failed, Problem, Unavailable
from hanok.store import NewAnswer, Store

ModelT = TypeVar("ModelT", bound=BaseModel)


class Answer(NamedTuple):
    """What came of one item: `id` names it in feedback and is empty where nothing was recorded."""

    id: str
    output: BaseModel | Problem


class Model:
    """A loaded artifact that validates what it is given, isolates bad items and records what should be remembered.

    Parameters
    ----------
    system : System
        Fitted or loaded.
    manifest : Manifest
        Where it comes from.
    store : Store, optional
        Where answers and feedback are kept; without one nothing is recorded.

    Example
    -------
    >>> import hanok
    >>> faq = hanok.load("faq")                        # doctest: +SKIP
    >>> faq({"text": "How do I start?"}).answers[0]    # doctest: +SKIP
    """

    def __init__(self, system: AnySystem, manifest: Manifest, store: Store | None = None) -> None:
        self.system, self.manifest, self.store = system, manifest, store
        self._session = next(iter(marked(system.Input, "session")), None)
        self._same = next(iter(marked(system.Output, "same")), None)
        self.recorded = store is not None and (self._session is not None or system.Feedback is not Nothing)

    # -- one item ----------------------------------------------------------------------------------------------------

    def parse(self, raw: Any) -> BaseModel:
        """One item, validated.

        Raises
        ------
        Problem
            Names the first field that does not fit.
        """
        return validated(self.system.Input, raw)

    def __call__(self, raw: Any) -> BaseModel:
        """The answer to one item; not recorded. Raises its `Problem`."""
        output = self.predict([self.parse(raw)])[0]
        if isinstance(output, Problem):
            raise output
        return output

    # -- many items --------------------------------------------------------------------------------------------------

    def predict(self, batch: Sequence[BaseModel]) -> list[BaseModel | Problem]:
        """One answer per valid item, in order.

        A batch that raises is halved until the guilty item stands alone; predict is pure, so asking again costs time
        and nothing else. A missing setting fails all at once: no item is guilty of it.
        """
        try:
            outputs = list(self.system.predict(batch))
            if len(outputs) != len(batch):
                raise AssertionError(f"{self.system.name} gave {len(outputs)} answers to {len(batch)} items")
            return outputs
        except Unavailable as problem:
            return [problem] * len(batch)
        except Problem as problem:
            if len(batch) == 1:
                return [problem]
        except Exception as error:
            if len(batch) == 1:
                return [unforeseen(error)]
        half = len(batch) // 2
        return self.predict(batch[:half]) + self.predict(batch[half:])

    def answer(self, items: Sequence[Any]) -> list[Answer]:
        """One recorded answer per raw item, in order; a bad one is a `Problem` and does not fail its neighbours."""
        parsed = [self._try_parse(raw) for raw in items]
        good = [item for item in parsed if not isinstance(item, Problem)]
        outputs = iter(self.predict(good) if good else ())
        answers, notes = [], []
        for item in parsed:
            output = item if isinstance(item, Problem) else next(outputs)
            note = None if isinstance(item, Problem) or isinstance(output, Problem) else self.note(item, output)
            notes += [note] if note else []
            answers.append(Answer(note.id if note else "", output))
        self.record(notes)
        return answers

    def _try_parse(self, raw: Any) -> BaseModel | Problem:
        try:
            return self.parse(raw)
        except Problem as problem:
            return problem

    # -- parts of an answer ------------------------------------------------------------------------------------------

    def stream(self, item: BaseModel) -> Iterator[BaseModel]:
        """Parts of one answer to a valid item; joined by `System.join` they are what `predict` gives."""
        try:
            yield from self.system.stream(item)
        except Problem:
            raise
        except Exception as error:
            raise unforeseen(error) from error

    # -- what is remembered ------------------------------------------------------------------------------------------

    def note(self, item: BaseModel, output: BaseModel) -> NewAnswer | None:
        """What the store should remember of an answer, or None where this system's answers are not recorded."""
        if not self.recorded:
            return None
        return NewAnswer(
            id=uuid4().hex,
            system=self.system.name,
            version=self.manifest.version,
            session=getattr(item, self._session) if self._session else None,
            item=item.model_dump_json(),
            output=output.model_dump_json(),
            review=self.system.review(item, output),
            subject=(getattr(output, self._same) or None) if self._same else None,
        )

    def record(self, answers: Sequence[NewAnswer]) -> None:
        """Commit answers, all or none."""
        if self.store and answers:
            self.store.answers.record(answers)

    def feedback(self, answer: str, raw: Any) -> bool:
        """Take feedback on an answer; committed when this returns. False: the same was said before.

        Raises
        ------
        NotFound
            No such answer of this system.
        Problem
            This system takes no feedback, or the body does not fit.
        """
        if self.store is None:
            raise Unavailable("no_store", "this model was loaded without a store", hint="hanok.load(name) opens one")
        return give_feedback(self.store, type(self.system), answer, raw)


def give_feedback(store: Store, cls: type[AnySystem], answer: str, raw: Any) -> bool:
    """Take feedback on an answer, whichever version gave it; committed when this returns.

    Returns
    -------
    bool
        False where the same was said before.
    """
    if cls.Feedback is Nothing:
        raise Problem("no_feedback", f"{cls.name} takes no feedback")
    body = validated(cls.Feedback, raw)
    return store.feedback.add(answer, cls.name, body.model_dump_json()).new


def validated(model: type[ModelT], raw: Any) -> ModelT:
    """`raw` as an instance of `model`; a `Problem` names the first field that does not fit, and lists all."""
    if isinstance(raw, model):
        return raw
    try:
        return model.model_validate(dict(raw) if isinstance(raw, Mapping) else raw)
    except ValidationError as error:
        found = [Problem("invalid", e["msg"], ".".join(map(str, e["loc"]))) for e in error.errors()]
        first = found[0]
        hint = f"fields: {', '.join(model.model_fields)}" if not isinstance(raw, Mapping) else ""
        raise Problem("invalid", first.message, first.where, hint, details=found[1:]) from None


def unforeseen(error: Exception) -> Failed:
    """An exception nobody planned for, as a `Problem` that says its kind and has it as its cause."""
    failed = Failed("failed", f"{type(error).__name__}: {error}", hint="the server's log has the traceback")
    failed.__cause__ = error
    return failed


def dump(output: BaseModel) -> dict[str, Any]:
    """An output as plain JSON values, bytes in base64."""
    data: dict[str, Any] = json.loads(output.model_dump_json())
    return data
