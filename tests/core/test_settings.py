from __future__ import annotations

import traceback
from typing import Annotated, Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AnyUrl, BaseModel, Field, SecretStr, field_validator, model_validator

from hanok.core.contract import AnySystem, System
from hanok.core.problem import Unavailable
from hanok.core.settings import settings, variable


class Empty(BaseModel):
    pass


class Keys(BaseModel):
    token: Annotated[SecretStr, Field(min_length=5)]
    port: Annotated[int, Field(ge=1, le=9)] = 1


class Strict(BaseModel):
    number: int = 0
    choice: Literal["near", "far"] = "near"
    url: AnyUrl | None = None
    id: UUID | None = None
    code: Annotated[str, Field(pattern="^[0-9]+$", max_length=3)] = "1"
    own: str = ""

    @field_validator("own")
    @classmethod
    def _own(cls, value: str) -> str:
        raise ValueError(f"cannot use {value}")

    @model_validator(mode="after")
    def _together(self) -> Strict:
        if self.code == "666":
            raise ValueError(f"{self.code} does not go with {self.choice}")
        return self


class Wired(System[Empty, Empty, None, Empty, Empty, Empty, Keys]):
    name, title, summary, objectives = "wired", "Wired", "", ()

    def _unused(self, *args: object) -> None: ...

    read = folds = fit = predict = evaluate = save = load = _unused


class Fussy(System[Empty, Empty, None, Empty, Empty, Empty, Strict]):
    name = "fussy"


class Plain(System[Empty, Empty, None, Empty, Empty]):
    name = "plain"


def test_a_variable_is_named_after_system_and_field() -> None:
    assert variable("assistant", "database_url") == "HANOK_ASSISTANT_DATABASE_URL"


def test_settings_come_from_the_environment_and_from_nothing_else() -> None:
    environ = {"HANOK_WIRED_TOKEN": "secret", "HANOK_WIRED_PORT": "7", "HANOK_PLAIN_TOKEN": "x", "TOKEN": "y"}
    assert settings(Wired, environ) == Keys(token=SecretStr("secret"), port=7)


def test_the_environment_is_looked_at_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANOK_WIRED_TOKEN", "secret")
    assert settings(Wired) == Keys(token=SecretStr("secret"))


def test_a_system_that_needs_none_has_none() -> None:
    assert settings(Plain, {"HANOK_PLAIN_TOKEN": "x"}) is None


def test_a_missing_one_is_no_error_until_it_is_needed() -> None:
    given = settings(Wired, {"HANOK_WIRED_PORT": "7"})
    assert given is None
    with pytest.raises(Unavailable) as caught:
        _ = Wired(Empty(), settings=given).settings
    assert "HANOK_WIRED_TOKEN" in caught.value.hint


def refused(cls: type[AnySystem], environ: dict[str, str]) -> Unavailable:
    with pytest.raises(Unavailable) as caught:
        settings(cls, environ)
    assert caught.value.code == "settings_invalid"
    return caught.value


def test_a_wrong_one_names_its_variable() -> None:
    problem = refused(Wired, {"HANOK_WIRED_PORT": "700000"})
    assert problem.where == "HANOK_WIRED_PORT"
    assert "9" in problem.message
    assert "HANOK_WIRED_PORT" in problem.hint


def test_several_that_do_not_go_together_are_refused_as_well() -> None:
    problem = refused(Fussy, {"HANOK_FUSSY_CODE": "666"})
    assert problem.where == "settings"
    assert "666" not in problem.message


secrets = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=8)


@given(secrets, st.sampled_from(["number", "choice", "url", "id", "code", "own"]))
def test_what_a_variable_holds_is_never_repeated(secret: str, field: str) -> None:
    problem = refused(Fussy, {variable("fussy", field): secret})
    said = [problem.message, problem.where, problem.hint, *traceback.format_exception(problem)]
    assert not any(secret in text for text in said)


def test_a_secret_is_not_shown_by_what_holds_it() -> None:
    held = settings(Wired, {"HANOK_WIRED_TOKEN": "hunter2"})
    assert "hunter2" not in repr(held)
    assert held is not None
    assert "hunter2" not in held.model_dump_json()
