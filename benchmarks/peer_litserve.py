"""The FAQ as a LitServe API."""

from typing import Any

from litserve import LitAPI

import hanok
from benchmarks.peer_servers import answer
from hanok.systems.faq import Answers, Question


class API(LitAPI):
    """One question in, its answers out."""

    def setup(self, device: str) -> None:
        """Load the model, in the worker."""
        self.faq = hanok.load("faq")

    def decode_request(self, request):  # not annotated: LitServe takes it for JSON then
        """From the body."""
        return Question.model_validate(request)

    def predict(self, question: Question) -> Any:
        """One answer."""
        return answer(self.faq, question)

    def encode_response(self, output: Answers) -> dict[str, Any]:
        """To the body."""
        return output.model_dump()
