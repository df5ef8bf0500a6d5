"""What the FAQ chatbot is asked, what it answers, and what people say about that."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hanok.core.marks import SESSION
from hanok.parts.text import Language


class Question(BaseModel):
    """A question, in words of the asker's own."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"text": "How do I get my money back?"}, {"text": "환불은 어떻게 하나요?", "k": 1}]
        }
    )

    text: Annotated[str, Field(min_length=1, max_length=2000, title="Question")]
    k: Annotated[int, Field(ge=1, le=20, title="Answers", description="How many answers to rank")] = 3
    language: Annotated[
        Language | None, Field(title="Language", description="Answer in this language only; empty: in any")
    ] = None
    session: Annotated[str | None, Field(max_length=200), SESSION] = None


class Ranked(BaseModel):
    """One answer, and why it is given."""

    answer: str
    score: Annotated[float, Field(ge=0, le=1, description="Probability that this answer is right")]
    question: Annotated[str, Field(description="The nearest question that is known to have this answer")]
    category: str = ""


class Answers(BaseModel):
    """The best answers first; `known` says whether the first one is sure enough to be given."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "answers": [
                        {
                            "answer": "Open Orders, choose the order and press Refund.",
                            "score": 0.93,
                            "question": "How can I get a refund?",
                            "category": "payment",
                        }
                    ],
                    "known": True,
                }
            ]
        }
    )

    answers: list[Ranked]
    known: Annotated[bool, Field(description="False: I don't know; the answers are guesses")]


class Verdict(BaseModel):
    """Whether the first answer helped, and what the right one would have been."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"helpful": True}, {"helpful": False, "answer": "Refunds take five working days."}]
        }
    )

    helpful: bool
    answer: Annotated[
        str | None, Field(min_length=1, max_length=10000, pattern=r"\S", description="The right answer, if you know it")
    ] = None
