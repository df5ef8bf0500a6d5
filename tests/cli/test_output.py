"""What goes to stdout."""

from __future__ import annotations

import json

from hanok.cli.output import emit, readable, say, table


def test_json_keeps_its_letters(capsys) -> None:
    emit({"a": "환불"}, line=True)
    out = capsys.readouterr().out
    assert out == '{"a": "환불"}\n'
    emit([{"a": 1}])
    assert json.loads(capsys.readouterr().out) == [{"a": 1}]


def test_a_pipe_is_never_cut(capsys) -> None:
    table(["name", "text"], [["a", "b" * 500]])
    say("c" * 500)
    out = capsys.readouterr().out
    assert "b" * 500 in out
    assert "c" * 500 in out


def test_nothing_is_read_as_markup(capsys) -> None:
    say("[bold]not[/bold]")
    table(["[x]"], [["[red]a"]])
    out = capsys.readouterr().out
    assert "[bold]not[/bold]" in out
    assert "[red]a" in out


def test_an_answer_for_a_person(capsys) -> None:
    readable(
        {
            "known": False,
            "score": 0.123456,
            "empty": None,
            "words": ["a", "b"],
            "short": [{"id": "x", "score": 1.0}],
            "long": [{"text": "t" * 40, "score": 0.5, "note": ""}],
        },
        {"audio": "audio/wav"},
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == ["known: false", "score: 0.1235", "words:", "  a"]
    assert "empty:" not in "".join(lines)
    assert lines[lines.index("short:") + 1].split() == ["id", "score"]
    assert lines[lines.index("long:") + 1 :][:2] == [f"  1. {'t' * 40}", "     score 0.5"]
    assert lines[-1] == "audio: audio/wav"
