"""The house's rules, on both kinds of data."""

from pathlib import Path

import pytest

from hanok.systems.faq import FAQ
from hanok.testing import ContractSuite


class OfFAQ(ContractSuite):
    system = FAQ
    items = (
        {"text": "How do I get my money back?"},
        {"text": "잃어버린 카드를 찾으려면 어떻게 하나요? " * 20, "k": 20},
        {"text": "住所", "language": "ja"},
        {"text": "?!"},
    )


class TestClassifier(OfFAQ):
    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _sources(cls, several: Path) -> None:
        cls.sources = {"questions": several}


class TestNearest(OfFAQ):
    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _sources(cls, single: Path) -> None:
        cls.sources = {"questions": single}
