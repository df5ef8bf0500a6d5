"""Invented names of players and teams in three languages."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from hanok.core.problem import Problem

Random = np.random.Generator

EN_FIRST = (
    *(
        "Swift",
        "Silent",
        "Solar",
        "Toxic",
        "Lucky",
        "Frost",
        "Iron",
        "Neo",
        "Tiny",
        "Mighty",
        "Crazy",
        "Ghost",
        "Pixel",
    ),
    *("Velvet", "Turbo", "Rusty", "Salty", "Cosmic", "Sleepy", "Quick", "Amber", "Jade", "Lunar", "Noble", "Mellow"),
)
EN_LAST = (
    *("Wolf", "Raven", "Tiger", "Shark", "Otter", "Falcon", "Badger", "Panda", "Viper", "Comet", "Ninja", "Blade"),
    *("Mage", "Hunter", "Waffle", "Noodle", "Rocket", "Walrus", "Kite", "Lynx", "Maple", "Pilot", "Anchor", "Beacon"),
)
KO_FIRST = (
    *("용감한", "조용한", "빠른", "졸린", "푸른", "붉은", "행복한", "배고픈", "은하", "새벽", "한밤", "겨울", "바람의"),
    *("전설의", "무적", "느긋한", "반짝", "달빛", "까만", "하얀", "장난꾸러기", "우주", "번개", "고요한"),
)
KO_LAST = (
    *("호랑이", "고양이", "여우", "곰", "토끼", "늑대", "부엉이", "수달", "전사", "궁수", "검객", "마법사", "라면"),
    *("김밥", "떡볶이", "감자", "구름", "별", "나무", "바다", "기사", "도사", "두루미", "해달"),
)
KO_FAMILY = ("김", "이", "박", "최", "정", "강", "조", "윤", "장", "임", "한", "오", "서", "신", "권", "황")
KO_GIVEN = ("민", "서", "지", "현", "우", "준", "하", "은", "수", "영", "진", "태", "윤", "아", "도", "연", "호", "경")
JA_FIRST = (
    *(
        "疾風の",
        "静かな",
        "赤い",
        "青い",
        "眠い",
        "月夜の",
        "真冬の",
        "伝説の",
        "無敵の",
        "はらぺこ",
        "のんびり",
        "銀河の",
    ),
    *("夜明けの", "さすらいの", "小さな", "ふわふわ", "黒い", "白い", "雷の", "きらきら", "海辺の", "幻の"),
)
JA_LAST = (
    *("侍", "忍者", "狼", "猫", "狐", "熊", "うさぎ", "フクロウ", "カワウソ", "戦士", "剣士", "魔法使い", "ラーメン"),
    *("おにぎり", "たぬき", "桜", "雲", "星", "ペンギン", "タカ", "騎士", "イルカ", "団子", "パンダ"),
)
JA_FAMILY = ("佐藤", "鈴木", "高橋", "田中", "渡辺", "伊藤", "山本", "中村", "小林", "加藤", "吉田", "山田", "松本")
JA_GIVEN = ("蓮", "湊", "葵", "陽菜", "結衣", "大翔", "悠真", "美咲", "翔太", "さくら", "健", "直樹", "美月", "拓海")
TEAMS = {
    "en": (
        "Comets",
        "Bulls",
        "Wolves",
        "Rangers",
        "Dragons",
        "Knights",
        "Titans",
        "Ravens",
        "Otters",
        "Storm",
        "Pilots",
    ),
    "ko": ("호랑이", "독수리", "불사조", "백곰", "유성", "청룡", "해태", "두루미", "파도", "번개", "돌고래"),
    "ja": ("タイガース団", "青龍", "朱雀", "白虎", "流星", "北風", "ドルフィン組", "雷鳥", "海鳴り", "黒潮", "白波"),
}
MOST = 2000


def roster(language: str, size: int, rng: Random) -> list[str]:
    """Names of players that differ from each other.

    Parameters
    ----------
    language : "en", "ko" or "ja"
        Each has a grammar of its own.
    size : int
        At most 2,000.
    rng : Generator
        Draws them.

    Raises
    ------
    Problem
        ``unknown_language``; ``too_many_names``.

    Example
    -------
    >>> roster("en", 3, np.random.default_rng(0))
    ['pixelbadger18', 'AmberBeacon', 'sleepy_comet']
    """
    if language not in MAKERS:
        raise Problem("unknown_language", f"found {language!r}; expected one of {', '.join(MAKERS)}", "language")
    if size > MOST:
        raise Problem("too_many_names", f"found {size}; expected at most {MOST}", "size")
    found: dict[str, None] = {}
    while len(found) < size:
        found.setdefault(MAKERS[language](rng))
    return list(found)


def teams(language: str, count: int, rng: Random) -> list[str]:
    """Names of teams that differ from each other."""
    return [TEAMS[language][k] for k in rng.permutation(len(TEAMS[language]))[:count]]


def _english(rng: Random) -> str:
    between = "_" if rng.random() < 0.2 else ""
    name = f"{rng.choice(EN_FIRST)}{between}{rng.choice(EN_LAST)}"
    name = name.lower() if rng.random() < 0.2 else name
    name = f"{name}{rng.integers(1, 100)}" if rng.random() < 0.4 else name
    return f"xX{name}" if rng.random() < 0.06 else name


def _korean(rng: Random) -> str:
    if rng.random() < 0.35:
        return f"{rng.choice(KO_FAMILY)}{rng.choice(KO_GIVEN)}{rng.choice(KO_GIVEN)}"
    return _numbered(f"{rng.choice(KO_FIRST)}{rng.choice(KO_LAST)}", rng)


def _japanese(rng: Random) -> str:
    if rng.random() < 0.35:
        return f"{rng.choice(JA_FAMILY)}{rng.choice(JA_GIVEN)}"
    return _numbered(f"{rng.choice(JA_FIRST)}{rng.choice(JA_LAST)}", rng)


def _numbered(name: str, rng: Random) -> str:
    return f"{name}{rng.integers(1, 100)}" if rng.random() < 0.3 else name


MAKERS: dict[str, Callable[[Random], str]] = {"en": _english, "ko": _korean, "ja": _japanese}
