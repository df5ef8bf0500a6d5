"""Small FAQs: one with several questions per answer, one with a single question each."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from hanok.core.run import Run
from hanok.systems.faq import FAQ, Config, Sources

TOPICS = {
    "refund": ("get my money back", "환불을 받으려면", "返金してもらう"),
    "card": ("find my lost card", "잃어버린 카드를 찾으려면", "紛失したカードを探す"),
    "fee": ("see what a transfer costs", "송금 수수료를 확인하려면", "送金手数料を確認する"),
    "address": ("change where I live", "집 주소를 변경하려면", "住所を変更する"),
    "password": ("reset a forgotten password", "비밀번호를 다시 설정하려면", "パスワードを再設定する"),
}
FRAMES = {
    "en": ("How do I {}?", "I want to {}", "can I {} today", "please help me {}", "is there a way to {}", "{} please"),
    "ko": (
        "{} 어떻게 하나요?",
        "{} 무엇이 필요한가요",
        "지금 {} 어디로 가나요",
        "{} 얼마나 걸리나요",
        "혹시 {} 되나요",
    ),
    "ja": (
        "{}にはどうすればいいですか",
        "{}方法を教えて",
        "{}ことはできますか",
        "今すぐ{}には",
        "{}とき何が必要ですか",
    ),
}
LANGUAGES = ("en", "ko", "ja")


def rows() -> list[dict[str, str]]:
    """Every topic in every language, asked in several ways."""
    return [
        {"question": frame.format(way), "answer": f"{topic} ({code})", "category": topic, "language": code}
        for topic, ways in TOPICS.items()
        for code, way in zip(LANGUAGES, ways, strict=True)
        for frame in FRAMES[code]
    ]


@pytest.fixture(scope="session")
def several(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with five or six questions for each answer."""
    path = tmp_path_factory.mktemp("faq") / "several.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["question", "answer", "category", "language"])
        writer.writeheader()
        writer.writerows(rows())
    return path


@pytest.fixture(scope="session")
def single(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with one question for each answer, under short column names."""
    path = tmp_path_factory.mktemp("faq") / "single.tsv"
    first = {row["answer"]: row["question"] for row in reversed(rows())}
    lines = [f"{question}\t{answer}\t{i % 3}" for i, (answer, question) in enumerate(first.items())]
    path.write_text("\n".join(["q\ta\tlabel", *lines]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def fit() -> Callable[..., FAQ]:
    """``fit(path, **config)`` fits on the first fold of a file."""

    def fitted(path: Path, **config: object) -> FAQ:
        wanted = Config.model_validate(config)
        fold = next(iter(FAQ.folds(FAQ.read(Sources(questions=path)), wanted, seed=0)))
        return FAQ(wanted).fit(fold.train, fold.valid, Run(threads=1))

    return fitted


@pytest.fixture(scope="session")
def classifier(several: Path, fit: Callable[..., FAQ]) -> FAQ:
    """Fitted where answers have several questions."""
    return fit(several)


@pytest.fixture(scope="session")
def nearest(single: Path, fit: Callable[..., FAQ]) -> FAQ:
    """Fitted where each answer has one question."""
    return fit(single)
