from __future__ import annotations

from contextlib import suppress
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from hanok.core.marks import Media
from hanok.core.problem import Problem
from hanok.server.errors import NotAcceptable
from hanok.server.negotiate import deadline, parse_json, wanted


class Sound(BaseModel):
    audio: Annotated[bytes, Media("audio/wav")]
    cover: Annotated[bytes, Media("image/*")] = b""


class Text(BaseModel):
    text: str


@pytest.mark.parametrize(
    ("accept", "expected"),
    [("", None), ("*/*", None), ("application/json", None), ("audio/wav", ("audio", "audio/wav")),
     ("audio/*", ("audio", "audio/wav")), ("AUDIO/WAV;q=0.9", ("audio", "audio/wav")),
     ("image/png", ("cover", "image/png")), ("image/*", ("cover", "application/octet-stream")),
     ("audio/*;q=0.1, application/json", None), ("application/json;q=0.1, audio/*", ("audio", "audio/wav")),
     ("video/mp4, audio/*;q=0.5", ("audio", "audio/wav")), ("text/html, image/avif;q=0, */*;q=0.8", None)],
)  # fmt: skip
def test_accept(accept: str, expected: tuple[str, str] | None) -> None:
    assert wanted(accept.lower(), Sound) == expected


def test_what_there_is_not_is_not_acceptable() -> None:
    for accept, model in [("video/mp4", Sound), ("audio/ogg", Sound), ("image/*", Text), ("audio/wav;q=0", Sound)]:
        with pytest.raises(NotAcceptable):
            wanted(accept, model)


@given(st.text())
def test_any_accept_header_is_read(accept: str) -> None:
    with suppress(NotAcceptable):
        wanted(accept, Sound)


@pytest.mark.parametrize("text", [b"", b"{", b"NaN", b'{"a": Infinity}', b'"\\ud800"', b"\xff", b"[" * 1000, b"[1,]"])
def test_what_is_no_json_is_a_problem(text: bytes) -> None:
    with pytest.raises(Problem) as problem:
        parse_json(text)
    assert problem.value.code == "not_json"


@given(st.binary())
def test_any_bytes_are_json_or_a_problem(text: bytes) -> None:
    with suppress(Problem):
        parse_json(text)


@given(st.text())
def test_any_deadline_header_is_read(text: str) -> None:
    with suppress(Problem):
        assert 0 < deadline({"x-hanok-deadline": text}, 30, 600) <= 600
    assert deadline({}, 30, 600) == 30
