from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Generic, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr
from typing_extensions import TypeVar

from hanok.core.contract import (
    AnySystem,
    ConfigT,
    Fold,
    Objective,
    System,
    check_doors,
)
from hanok.core.ledger import Event, InputT, Nothing, OutputT
from hanok.core.marks import APPEND, Media
from hanok.core.problem import Problem, Unavailable
from hanok.core.report import Report
from hanok.core.run import Run
from hanok.core.settings import variable


class Config(BaseModel):
    suffix: str = "!"


class Sources(BaseModel):
    pass


class Ask(BaseModel):
    text: str


class Say(BaseModel):
    text: Annotated[str, APPEND] = ""
    sound: Annotated[bytes, Media("audio/wav"), APPEND] = b""
    words: Annotated[list[str], APPEND] = []
    count: int = 0
    note: str | None = None


class Like(BaseModel):
    liked: bool


class Keys(BaseModel):
    token: SecretStr
    region: str = "here"


class Echo(System[Config, Sources, list[str], Ask, Say, Like, Keys]):
    """Says what it is asked, except silence."""

    name, title, summary, objectives = "echo", "Echo", "Says what it is asked.", (Objective("same"),)

    @classmethod
    def read(cls, sources: Sources) -> list[str]:
        return []

    @classmethod
    def folds(cls, data: list[str], config: Config, *, seed: int) -> Iterable[Fold[list[str]]]:
        yield Fold("all", data, data, data)

    def fit(self, train: list[str], valid: list[str], run: Run) -> Self:
        return self

    def predict(self, batch: Sequence[Ask]) -> list[Say | Problem]:
        return [
            Say(text=ask.text + self.config.suffix) if ask.text else Problem("silence", "nothing was asked", "text")
            for ask in batch
        ]

    def evaluate(self, data: list[str]) -> Report:
        return Report([])

    def save(self, folder: Path) -> None:
        """Nothing was learnt."""

    def load(self, folder: Path) -> None:
        """Nothing was learnt."""


# -- the models of a room are found in its type arguments --------------------------------------------------------------


def test_the_models_are_taken_from_the_type_arguments() -> None:
    doors = (Echo.Config, Echo.Sources, Echo.Input, Echo.Output, Echo.Feedback, Echo.Settings)
    assert doors == (Config, Sources, Ask, Say, Like, Keys)


def test_feedback_and_settings_may_be_left_out() -> None:
    class Short(System[Config, Sources, None, Ask, Say]):
        pass

    assert (Short.Feedback, Short.Settings) == (Nothing, Nothing)
    assert (Echo.Feedback, Echo.Settings) == (Like, Keys), "one room's models are not another's"


def test_an_intermediate_base_may_fix_some_and_shift_the_others() -> None:
    class Chat(System[ConfigT, Sources, list[str], Ask, OutputT, Like], Generic[OutputT, ConfigT]):
        pass

    class Room(Chat[Say, Config]):
        pass

    assert (Room.Config, Room.Sources, Room.Input, Room.Output) == (Config, Sources, Ask, Say)
    assert (Room.Feedback, Room.Settings) == (Like, Nothing)
    assert not hasattr(Chat, "Config")


def test_a_second_intermediate_base_and_a_mixin_change_nothing() -> None:
    class Mixin(Generic[InputT]):
        pass

    class Chat(System[Config, Sources, None, InputT, OutputT], Mixin[InputT]):
        pass

    class Talk(Chat[InputT, Say]):
        pass

    class Room(Talk[Ask]):
        pass

    class Child(Room):
        pass

    for cls in (Room, Child):
        assert (cls.Config, cls.Input, cls.Output) == (Config, Ask, Say)


def test_a_door_under_another_name_stays_unset_and_is_named() -> None:
    AnswerT = TypeVar("AnswerT", bound=BaseModel)

    class Chat(System[Config, Sources, None, Ask, AnswerT], Generic[AnswerT]):
        pass

    class Room(Chat[Say]):
        name, title, summary, objectives = "room", "", "", ()

    with pytest.raises(TypeError, match=r"Room leaves unset: Output\b"):
        check_doors(Room)


def test_every_unset_door_is_named_with_the_class() -> None:
    class Bare(System[Config, Sources, None, Ask, Say]):
        title = "Bare"

        def save(self, folder: Path) -> None: ...

    with pytest.raises(TypeError) as caught:
        check_doors(Bare)
    message = str(caught.value)
    assert f"{__name__}." in message
    assert "Bare leaves unset: name, summary, objectives, evaluate, fit, folds, load, predict, read" in message


def test_a_room_without_type_arguments_is_told_so() -> None:
    class Untyped(System):  # type: ignore[type-arg]
        name, title, summary, objectives = "untyped", "", "", ()

    with pytest.raises(TypeError, match="Config, Sources, Input, Output"):
        check_doors(Untyped)


def test_a_whole_room_passes() -> None:
    check_doors(Echo)


# -- answering ---------------------------------------------------------------------------------------------------------


def test_the_constructor_only_stores() -> None:
    config, keys = Config(), Keys(token=SecretStr("t"))
    echo = Echo(config, settings=keys)
    assert echo.config is config
    assert echo.settings is keys


def test_one_item_is_answered_or_raises_its_problem() -> None:
    assert Echo(Config())(Ask(text="hello")) == Say(text="hello!")
    with pytest.raises(Problem) as caught:
        Echo(Config())(Ask(text=""))
    assert caught.value.code == "silence"


def test_a_room_that_does_not_stream_gives_its_answer_as_the_one_part() -> None:
    echo = Echo(Config())
    assert list(echo.stream(Ask(text="hello"))) == [echo(Ask(text="hello"))]


def test_what_a_room_leaves_out_says_nothing() -> None:
    event = Event(1, Ask(text="a"), Say(text="a"), Like(liked=True))
    assert Echo.reward(event) is None
    assert Echo(Config()).review(event.item, event.output) is None


@pytest.mark.parametrize("door", ["prepare", "learn", "optimize", "reconfigure"])
def test_what_a_room_cannot_do_is_a_problem_that_names_it(door: str, tmp_path: Path) -> None:
    echo = Echo(Config())
    calls = {
        "prepare": lambda: Echo.prepare(Sources(), tmp_path, Run()),
        "learn": lambda: echo.learn(Fold("all", [], [], []), [], Run()),
        "optimize": lambda: echo.optimize([], Run()),
        "reconfigure": lambda: echo.reconfigure(Config()),
    }
    with pytest.raises(Problem, match="echo") as caught:
        calls[door]()
    assert caught.value.code == f"cannot_{door}"


def test_a_missing_setting_names_the_variables_that_hold_it() -> None:
    with pytest.raises(Unavailable) as caught:
        _ = Echo(Config()).settings
    assert caught.value.code == "settings_missing"
    assert variable("echo", "token") in caught.value.hint


# -- parts of an answer ------------------------------------------------------------------------------------------------

part = st.fixed_dictionaries(
    {},
    optional={
        "text": st.text(max_size=5),
        "sound": st.binary(max_size=5),
        "words": st.lists(st.text(max_size=3), max_size=3),
        "count": st.integers(),
        "note": st.none() | st.text(max_size=5),
    },
)
GROWING = {"text", "sound", "words"}


@given(st.lists(part, max_size=8))
def test_growing_fields_are_concatenated_and_of_others_the_last_one_set_stands(parts: list[dict[str, Any]]) -> None:
    expected: dict[str, Any] = {}
    for values in parts:
        for name, value in values.items():
            expected[name] = expected[name] + value if name in GROWING and name in expected else value
    joined = Echo.join(Say(**values) for values in parts)
    assert joined == Say(**expected)
    assert joined.model_fields_set == set(expected)


@given(st.lists(part, max_size=8), st.integers(0, 8))
def test_joining_in_two_steps_is_joining_in_one(parts: list[dict[str, Any]], cut: int) -> None:
    whole = [Say(**values) for values in parts]
    halves = [Echo.join(half) for half in (whole[:cut], whole[cut:])]
    assert Echo.join(halves) == Echo.join(whole)


@given(st.lists(part, min_size=1, max_size=8))
def test_joining_changes_no_part(parts: list[dict[str, Any]]) -> None:
    whole = [Say(**values) for values in parts]
    before = [say.model_copy(deep=True) for say in whole]
    Echo.join(whole)
    assert whole == before


def test_a_generator_is_joined_as_it_comes() -> None:
    class Spoken(Echo):
        def stream(self, item: Ask) -> Iterator[Say]:
            yield from (Say(text=letter) for letter in item.text)
            yield Say(text=self.config.suffix)

    spoken = Spoken(Config())
    assert spoken.join(spoken.stream(Ask(text="안녕"))) == spoken(Ask(text="안녕"))


def test_any_system_is_a_system() -> None:
    systems: list[AnySystem] = [Echo(Config())]
    assert isinstance(systems[0], System)
