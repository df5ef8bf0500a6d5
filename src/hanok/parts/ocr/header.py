"""What the header of a column means, in English, Korean and Japanese, also where it was misread a little."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

from hanok.core.problem import Unavailable

WORDS: Mapping[str, Sequence[str]] = {
    "rank": ("rank", "place", "pos", "no", "#", "순위", "등수", "순번", "順位", "位", "ランク"),
    "name": (
        *("player", "name", "nickname", "player name", "id"),
        *("선수", "선수명", "이름", "닉네임", "플레이어", "참가자"),
        *("選手", "選手名", "名前", "氏名", "プレイヤー", "プレーヤー", "ニックネーム"),
    ),
    "team": ("team", "club", "팀", "팀명", "소속", "チーム", "チーム名", "所属"),
    "kills": ("k", "kill", "kills", "elims", "eliminations", "frags", "킬", "처치", "キル", "キル数", "撃破"),
    "deaths": ("d", "death", "deaths", "데스", "사망", "죽음", "デス", "デス数", "死亡"),
    "assists": ("a", "assist", "assists", "도움", "어시", "어시스트", "アシスト", "アシスト数", "援護"),
    "damage": ("dmg", "damage", "피해", "피해량", "딜량", "데미지", "ダメージ", "与ダメージ"),
    "score": ("score", "points", "pts", "점수", "득점", "포인트", "스코어", "得点", "点数", "スコア", "ポイント"),
    "total": ("total", "sum", "합계", "총점", "총계", "合計", "総計", "総得点", "トータル"),
    "wins": ("w", "win", "wins", "won", "승", "승리", "勝", "勝利", "勝ち"),
    "draws": ("draw", "draws", "tie", "ties", "무", "무승부", "分", "引分", "引き分け"),
    "losses": ("l", "loss", "losses", "lost", "패", "패배", "敗", "敗北", "負け"),
    "goals": ("goal", "goals", "gf", "골", "골수", "ゴール", "ゴール数"),
}
"""Fields and what boards call them."""

ALIKE = 75  # of 100: at this many a word of four letters may have one that is wrong
SHORTEST = 4  # letters: shorter words must be right; of Korean and Japanese three

_OTHER = re.compile(r"[^\w#]+|_")


def field_of(text: str) -> str | None:
    """Which field a header names.

    Parameters
    ----------
    text : str
        As an engine read it.

    Returns
    -------
    str or None
        A key of `WORDS`; None if nothing is near enough.

    Example
    -------
    >>> [field_of(text) for text in ("Piayer", "킬", "アシスト", "Sc0re:", "Wolves")]
    ['name', 'kills', 'assists', 'score', None]
    """
    word = _plain(text)
    known = _known()
    if word in known:
        return known[word]
    if len(word) < (SHORTEST if word.isascii() else SHORTEST - 1):
        return None
    try:
        from rapidfuzz import fuzz, process
    except ImportError as error:
        raise Unavailable("missing_extra", "naming columns needs rapidfuzz", hint="pip install 'hanok[ocr]'") from error
    near = [each for each in known if abs(len(each) - len(word)) <= 1]
    best = process.extractOne(word, near, scorer=fuzz.ratio, score_cutoff=ALIKE)
    return known[best[0]] if best else None


@cache
def _known() -> Mapping[str, str]:
    """Fields by word."""
    return {_plain(word): field for field, words in WORDS.items() for word in words}


def _plain(text: str) -> str:
    """Without case, width, spaces and marks."""
    return _OTHER.sub("", unicodedata.normalize("NFKC", text).casefold())
