"""The FAQ as a BentoML service."""

from __future__ import annotations

import bentoml

import hanok
from benchmarks.peer_servers import answer
from hanok.systems.faq import Answers, Question


@bentoml.service(name="faq", workers=1, metrics={"enabled": False}, logging={"access": {"enabled": False}})
class Service:
    """One question in, its answers out."""

    def __init__(self) -> None:
        self.faq = hanok.load("faq")

    @bentoml.api
    async def predict(self, text: str, k: int = 3) -> Answers:
        """One answer."""
        return answer(self.faq, Question(text=text, k=k))
