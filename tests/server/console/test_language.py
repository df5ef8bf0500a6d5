from __future__ import annotations

import re
from pathlib import Path

import pytest

from hanok.server.console import language
from hanok.server.console.language import LANGUAGES, choose, messages

CONSOLE = Path(language.__file__).parent
SOME = ("cards.", "record.", "dial.")
"""Beginnings of keys that only some pages give to their scripts."""

BLANK = re.compile(r"\{(\w+)\}")


def used() -> tuple[set[str], set[str]]:
    """Keys that pages and scripts name, and the beginnings of those they put together."""
    whole, begun = {"dial.through", "dial.right", "dial.people"}, set()  # by the names of their places
    for path in (*CONSOLE.rglob("*.html"), *CONSOLE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        whole |= set(re.findall(r"""\bt\(f?["']([\w.]+)["'][,)]""", text))
        begun |= set(re.findall(r"""\bt\(["']([\w.]+[._])["'] ~""", text))
        begun |= set(re.findall(r"""\bt\(f["']([\w.]+[._])\{""", text))
        whole |= {f"report.{k}" for k in ("better", "worse", "unsure", "none_known")}
        for pair in re.findall(r"""\bt\("([\w.]+)" if [\w. ]+ else "([\w.]+)"\)""", text):
            whole |= set(pair)
    some = [key for key in messages("en").texts if key.startswith(SOME)]
    for path in CONSOLE.rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        pairs = re.findall(r"""\bt\(\w+ \? "(\w+)" : "(\w+)"\)""", text)
        named = {key for pair in pairs for key in pair} | set(re.findall(r"""\bt\("([\w.]+)"[,)]""", text))
        own = {key: {found for found in some if found.partition(".")[2] == key} for key in named}
        whole |= {found for key in named for found in own[key] or {f"js.{key}"}}
        begun |= {start + key for key in re.findall(r"\bt\(`([\w.]+\.)\$", text) for start in ("js.", *SOME)}
    return whole, begun


def test_the_languages_have_the_same_keys_in_the_same_order() -> None:
    keys = [list(messages(code).texts) for code in LANGUAGES]
    assert keys[0] == keys[1] == keys[2]


def test_the_same_blanks_are_filled_in_every_language() -> None:
    for key, text in messages("en").texts.items():
        for code in LANGUAGES:
            assert set(BLANK.findall(messages(code).texts[key])) == set(BLANK.findall(text)), (code, key)


def test_nothing_is_left_untranslated() -> None:
    english = messages("en").texts
    same = {code: {k for k, v in messages(code).texts.items() if v == english[k]} for code in ("ko", "ja")}
    assert same["ko"] | same["ja"] == {"tab.api", "try.json", "widget.json", "js.step_open"}


def test_every_key_that_is_used_exists() -> None:
    whole, _ = used()
    assert len(whole) > 200
    assert not whole - messages("en").texts.keys()


def test_no_key_is_left_unused() -> None:
    whole, begun = used()
    called = {"js.latency", "js.answer_id", "js.version", "js.field", "js.column", "js.recognised", "js.first_rows"}
    idle = [k for k in messages("en").texts if k not in whole | called and not k.startswith(tuple(begun))]
    assert not [key for key in idle if not re.match(r"courtyard\.train|(step)\.", key)]


@pytest.mark.parametrize(
    ("cookie", "accept", "wanted"),
    [
        (None, "", "en"),
        (None, "ko", "ko"),
        (None, "ja-JP,en;q=0.5", "ja"),
        (None, "fr,de;q=0.9", "en"),
        (None, "ko;q=0,ja;q=0.1", "ja"),
        (None, "ko;q=x,ja", "ja"),
        ("ja", "ko", "ja"),
        ("tlh", "ko", "ko"),
    ],
)
def test_the_cookie_wins_then_the_browser_then_english(cookie: str | None, accept: str, wanted: str) -> None:
    assert choose(cookie, accept) == wanted


def test_what_fills_a_blank_is_escaped() -> None:
    assert messages("en")("versions.version", n="<b>") == "Version &lt;b&gt;"
