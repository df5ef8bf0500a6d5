"""The rooms on the command line."""

from __future__ import annotations

import json

from hanok.core import registry
from hanok.core.problem import Unavailable


def test_all_that_are_installed(hanok) -> None:
    found = json.loads(hanok("systems", "--json").stdout)
    assert [line["name"] for line in found] == registry.names()
    assert {line["name"]: line["wants"] for line in found}["sonify"] == "pictures (folder)"
    said = hanok("systems").stdout
    assert all(name in said for name in registry.names())


def test_one_that_lacks_an_extra_does_not_hide_the_others(hanok, monkeypatch) -> None:
    find = registry.find

    def lacking(name: str):
        if name == "sonify":
            raise Unavailable("extra_missing", "sonify needs soundfile", hint="pip install 'hanok[speech]'")
        return find(name)

    monkeypatch.setattr(registry, "find", lacking)
    said = hanok("systems").stdout
    assert "hanok[speech]" in said
    assert "Nearest points" in said


def test_everything_a_user_may_say_is_shown(hanok) -> None:
    for name in registry.names():
        cls, said = registry.find(name), hanok("systems", name).stdout
        shown = [f"--{slot}" for slot in cls.Sources.model_fields]
        shown += [
            *cls.Config.model_fields,
            *cls.Input.model_fields,
            *cls.Output.model_fields,
            *cls.Feedback.model_fields,
        ]
        shown += [goal.name for goal in cls.objectives]
        shown += [f"HANOK_{name}_{field}".upper() for field in cls.Settings.model_fields]
        assert not [word for word in shown if word not in said]


def test_columns_bounds_and_marks(hanok) -> None:
    said = hanok("systems", "faq").stdout
    assert "質問" in said
    assert "at least 0.01, at most 100" in said
    assert "stage rank" in said


def test_settings_say_whether_they_are_set_and_not_to_what(hanok, monkeypatch) -> None:
    monkeypatch.setenv("HANOK_SONIFY_PITCH", "441.25")
    result = hanok("systems", "sonify", "--json")
    assert json.loads(result.stdout)["settings"] == [{"name": "HANOK_SONIFY_PITCH", "required": True, "set": True}]
    assert "441.25" not in result.stdout + hanok("systems", "sonify").stdout
