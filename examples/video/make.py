"""Invents videos about cars that do not exist, and people who watch them: views.csv and items.csv beside this file.

Nothing here was observed. Run it again and the same files are written: ``python examples/video/make.py``.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
USERS, DAYS = 600, 75
START = datetime(2026, 3, 2, tzinfo=UTC)
LANGUAGES = {"ko": 0.55, "en": 0.28, "ja": 0.17}

CARS = {
    "haneul": ("하늘 E3", "Haneul E3", "ハヌルE3"),
    "kaze": ("카제 660", "Kaze 660", "カゼ660"),
    "corvane": ("코르반 GT", "Corvane GT", "コルヴァンGT"),
    "nomad": ("탈리스 노마드", "Tallis Nomad", "タリス・ノマド"),
    "sora": ("소라 하이브리드", "Sora Hybrid", "ソラ・ハイブリッド"),
    "boxer": ("뭉치 박스밴", "Moongchi Boxvan", "ムンチ・ボックスバン"),
}

# in the order in which people who fall for a car watch them
STORIES = {
    "first look": (
        ("{} 첫인상: 문을 여는 순간 반했다", "전시장에서 만난 {}. 외관, 실내, 트렁크를 천천히 둘러봅니다."),
        ("{} first look: smaller than it seems", "A walk around the {} in the showroom: outside, inside and the boot."),
        ("{}を初めて見た日", "ショールームで{}の外観と内装、荷室をゆっくり見て回ります。"),
    ),
    "test drive": (
        ("{} 시승기, 비 오는 산길에서", "{}를 몰고 굽은 산길로. 핸들링, 제동, 소음을 느껴 봤습니다."),
        ("Driving the {} through a rainy mountain pass", "How the {} steers, brakes and sounds when the road is wet."),
        ("雨の峠で{}に試乗", "{}で濡れた山道へ。ハンドリングとブレーキ、静かさを確かめました。"),
    ),
    "range": (
        ("{} 한 번 채우고 부산까지 갈 수 있을까", "{}의 실제 주행 거리와 연비를 고속도로에서 재 봤습니다."),
        ("Seoul to Busan in the {} without a stop?", "Real consumption and range of the {} on the motorway, measured."),
        ("{}は無給油でどこまで走れるか", "高速道路で{}の実燃費と航続距離を測りました。"),
    ),
    "family": (
        ("아이 둘과 {}: 카시트 세 시간 도전", "{} 뒷자리에 카시트 두 개와 유모차를 실어 봤습니다."),
        ("Two kids, one dog and the {}", "Child seats, a pushchair and a wet dog in the back of the {}."),
        ("子ども二人と{}で帰省してみた", "{}の後席にチャイルドシート二つとベビーカーを積みます。"),
    ),
    "camping": (
        ("{} 차박, 영하 5도의 밤", "{}에서 자고, 끓이고, 별을 봅니다. 준비물 목록 포함."),
        ("A night at minus five in the {}", "Sleeping, cooking and watching stars from the {}. Packing list included."),
        ("{}で車中泊、氷点下5度の夜", "{}で眠り、湯を沸かし、星を見ます。持ち物リスト付き。"),
    ),
    "repair": (
        ("{} 엔진오일과 브레이크 패드, 집에서 갈기", "{} 정비를 직접. 공구, 순서, 흔한 실수를 알려 드립니다."),
        ("Oil and brake pads on the {} at home", "Servicing the {} yourself: tools, order of work, common mistakes."),
        ("{}のオイルとブレーキパッドを自宅で交換", "{}の整備を自分で。工具と手順、よくある失敗を紹介。"),
    ),
    "tuning": (
        ("{} 서스펜션 튜닝 전과 후", "{}의 차고를 낮추고 휠을 바꿨습니다. 트랙 기록은 얼마나 줄었을까요."),
        ("Lowering the {}: before and after on track", "New springs and wheels for the {}. What the stopwatch says."),
        ("{}の足回りを変えてサーキットへ", "{}の車高を下げ、ホイールを交換。タイムは縮んだのか。"),
    ),
    "long term": (
        ("{} 일 년 동안 타 보니", "{}의 유지비, 보험료, 고장 이야기까지 솔직하게."),
        ("One year with the {}: what broke", "Running costs, insurance and every fault of the {}, honestly told."),
        ("{}に一年乗ってわかったこと", "{}の維持費と保険、故障の話まで正直に。"),
    ),
}

SHORTS = [
    ("ko", "shorts", "고양이가 보닛 위에서 잠들면", "따뜻한 보닛을 좋아하는 동네 고양이들."),
    ("en", "shorts", "Parking fails of the week", "Pillars, bollards and one very patient tree."),
    ("ja", "shorts", "洗車のあとに降る雨の法則", "洗った日に限って降る雨の話。"),
    ("ko", "news", "주간 자동차 소식: 전기차 보조금이 바뀝니다", "이번 주 자동차 뉴스 다섯 가지."),
    ("en", "news", "Car news of the week: new charging rules", "Five stories from the world of cars."),
    ("ja", "news", "今週の車ニュース：充電規格が変わる", "今週の五つの話題。"),
]


def videos() -> list[dict[str, str]]:
    """Every story of every car in every language, and a few shorts."""
    found = []
    for car, names in CARS.items():
        for story, tellings in STORIES.items():
            for language, name, (title, text) in zip(LANGUAGES, names, tellings, strict=True):
                found.append(
                    {
                        "car": car,
                        "story": story,
                        "language": language,
                        "title": title.format(name),
                        "text": text.format(name),
                    }
                )
    for language, story, title, text in SHORTS:
        found.append({"car": "", "story": story, "language": language, "title": title, "text": text})
    return [{"item": f"v{number:03}", **video} for number, video in enumerate(found, 1)]


class Viewer:
    """Somebody with a language, favourite cars and a moment of the day."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.language = str(rng.choice(list(LANGUAGES), p=list(LANGUAGES.values())))
        self.second = str(rng.choice(list(LANGUAGES))) if rng.random() < 0.25 else self.language
        self.cars = rng.dirichlet(np.full(len(CARS), 0.4))
        self.stories = rng.dirichlet(np.full(len(STORIES), 0.6))
        self.evening = rng.random() < 0.7

    def when(self, rng: np.random.Generator) -> datetime:
        """The beginning of a session: evenings and weekends."""
        day = int(rng.integers(DAYS))
        if (START + timedelta(days=day)).weekday() < 5 and rng.random() < 0.35:
            day = min(DAYS - 1, day + int(rng.integers(1, 5)))
        hour = (
            rng.normal(12.5, 1.5) if self.evening else rng.normal(3.5, 2.5)
        )  # UTC; nine hours more in Seoul and Tokyo
        return START + timedelta(days=day, hours=float(np.clip(hour, 0, 23.5)))


def watch(catalogue: list[dict[str, str]], viewer: Viewer, rng: np.random.Generator, fame: np.ndarray) -> list[int]:
    """One session: a favourite to begin with, then what follows from the video before."""
    cars, stories = list(CARS), list(STORIES)
    language = viewer.language if rng.random() < 0.85 else viewer.second

    def pick(car: str, story: str) -> int:
        wanted = (car, story, language)
        return next(n for n, v in enumerate(catalogue) if (v["car"], v["story"], v["language"]) == wanted)

    car, story = str(rng.choice(cars, p=viewer.cars)), str(rng.choice(stories, p=viewer.stories))
    seen = [pick(car, story)]
    while len(seen) < 12 and rng.random() < 0.78:
        chance = rng.random()
        if chance < 0.5:  # the next story about the same car
            story = stories[(stories.index(story) + 1) % len(stories)]
        elif chance < 0.75:  # the same story about another car
            car = str(rng.choice(cars, p=0.5 * viewer.cars + 0.5 / len(cars)))
        elif chance < 0.9:  # what everybody watches
            seen.append(int(rng.choice(len(catalogue), p=fame)))
            continue
        else:
            car, story = str(rng.choice(cars, p=viewer.cars)), str(rng.choice(stories, p=viewer.stories))
        seen.append(pick(car, story))
    return seen


def main() -> None:
    """Write both files."""
    rng = np.random.default_rng(2026)
    catalogue = videos()
    fame = rng.pareto(1.2, len(catalogue)) + 0.05
    fame /= fame.sum()
    rows = []
    for number in range(1, USERS + 1):
        viewer = Viewer(rng)
        for _ in range(1 + rng.poisson(2.2)):
            at = viewer.when(rng)
            for video in watch(catalogue, viewer, rng, fame):
                liked = int(np.clip(round(rng.normal(4, 0.9)), 1, 5)) if rng.random() < 0.08 else ""
                rows.append((at, f"u{number:03}", catalogue[video]["item"], liked))
                at += timedelta(seconds=int(rng.integers(90, 900)))
    rows.sort(key=lambda row: row[0])
    with (HERE / "items.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["item", "title", "text", "category", "duration"])
        for one in catalogue:
            seconds = 45 if one["story"] == "shorts" else int(rng.integers(240, 1800))
            writer.writerow([one["item"], one["title"], one["text"], one["story"], seconds])
    with (HERE / "views.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["user", "item", "time", "rating"])
        for at, user, item, liked in rows:
            writer.writerow([user, item, at.strftime("%Y-%m-%dT%H:%M:%S"), liked])


if __name__ == "__main__":
    main()
