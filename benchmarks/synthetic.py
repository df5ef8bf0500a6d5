"""A FAQ of any size in English, Korean and Japanese, one question per answer, and questions people might ask it."""

from __future__ import annotations

import csv
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np

SYLLABLES = {
    "en": "ba co di fe gu ha jo ka li me no pa ra si to ve wa yo za tri stan bel mor fin der",
    "ko": "가 나 도 루 미 바 사 오 지 차 코 타 파 하 린 슬 벨 돈 람 빛 솔 온 찬 들 샘",
    "ja": "カ キ サ シ タ ナ ニ マ ミ ラ リ ロ ト ホ ワ ン セ ソ ヤ ユ ゼ ブ ド ピ メ",
}
ACTIONS = {
    "en": "cancel change repair return activate renew export share delete restore clean charge upgrade insure",
    "ko": "취소 변경 수리 반품 등록 갱신 내보내기 공유 삭제 복구 청소 충전 교체 신청",
    "ja": "取り消し 変更 修理 返品 登録 更新 書き出し 共有 削除 復元 掃除 充電 交換 申し込み",
}
THINGS = {
    "en": "account order invoice battery password subscription warranty address screen report ticket",
    "ko": "계정을 주문을 영수증을 배터리를 비밀번호를 구독을 보증을 주소를 화면을 보고서를 승차권을",
    "ja": "アカウントを 注文を 領収書を 電池を 暗証番号を 定期購読を 保証を 住所を 画面を 報告書を 切符を",
}
PLACES = {
    "en": ["at home", "abroad", "on my phone", "without the app", "for a friend", "after a month", "at the office"],
    "ko": ["집에서", "해외에서", "휴대폰으로", "앱 없이", "친구 대신", "한 달 뒤에", "사무실에서"],
    "ja": ["家で", "海外で", "携帯電話で", "アプリなしで", "友人の代わりに", "一か月後に", "会社で"],
}
ASK = {
    "en": "How do I {action} the {thing} of my {name} {place}?",
    "ko": "{name} {thing} {place} {action} 하려면 어떻게 하나요?",
    "ja": "{name}の{thing}{place}{action}するにはどうすればいいですか?",
}
SAY = {
    "en": "Open {name}, choose the {thing}, then press {action}; {place} it takes about {n} minutes. Write to desk {n} "
    "if nothing has happened by then, and keep the number that you were given.",
    "ko": "{name} 화면에서 {thing} 고른 뒤 {action} 단추를 누르세요. {place} 약 {n}분이 걸립니다. 그래도 바뀌지 않으면 "
    "받은 번호를 가지고 {n}번 창구로 문의해 주세요.",
    "ja": "{name}の画面で{thing}選び、{action}を押してください。{place}約{n}分かかります。変わらない場合は、"
    "お渡しした番号を添えて{n}番窓口にお問い合わせください。",
}


class Entry(NamedTuple):
    """One question and its answer."""

    question: str
    answer: str
    category: str
    language: str


def entries(n: int, seed: int = 0) -> list[Entry]:
    """`n` entries, a third in each language; all questions and all answers differ.

    Example
    -------
    >>> found = entries(300)
    >>> len({entry.question for entry in found}), len({entry.answer for entry in found})
    (300, 300)
    """
    rng = np.random.default_rng(seed)
    found = []
    for which, language in enumerate(ASK):
        share = (n - which + 2) // 3
        ways = list(product(ACTIONS[language].split(), THINGS[language].split(), PLACES[language]))
        names = ["".join(rng.choice(SYLLABLES[language].split(), 3)) for _ in range(40 + share // 8)]
        for i, number in enumerate(rng.choice(len(ways) * len(set(names)), share, replace=False).tolist()):
            action, thing, place = ways[number % len(ways)]
            named = sorted(set(names))[number // len(ways)]
            if language == "en":
                named = named.capitalize()
            words = {"name": named, "action": action, "thing": thing, "place": place, "n": i}
            found.append(Entry(ASK[language].format(**words), SAY[language].format(**words), place, language))
    return [found[i] for i in rng.permutation(n)]


def questions(known: list[Entry], n: int, seed: int = 1) -> list[str]:
    """`n` questions about known entries, each without a word; in Japanese, which has no spaces, without two letters."""
    rng = np.random.default_rng(seed)
    asked = []
    for i in rng.integers(len(known), size=n).tolist():
        words = known[i].question.split()
        if len(words) == 1:
            asked.append(words[0][2:])
            continue
        gap = int(rng.integers(len(words)))
        asked.append(" ".join(words[:gap] + words[gap + 1 :]))
    return asked


def write(known: list[Entry], path: Path) -> None:
    """As a CSV file that ``hanok train faq`` takes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(Entry._fields)
        rows.writerows(known)
