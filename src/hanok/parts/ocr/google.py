"""Google Cloud Vision: the dearest reader, asked only within a budget and never twice about the same pixels."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, Literal, NamedTuple

from hanok.core.problem import Unavailable
from hanok.parts.ocr.engine import Kind, Line, Reading, checked
from hanok.parts.ocr.faults import Outcome, outcome
from hanok.parts.ocr.montage import Montage, Row, montage, rows
from hanok.parts.ocr.spending import Answers, Audit, Budget
from hanok.parts.text.normalise import Language

PRICE = 0.0015
"""Dollars for one picture at list price; the first thousand of a month are free, but others may use them up."""

LINES = 32  # of one picture: some 3,500 pixels high, legible without being scaled down
PICTURES = 16  # of one request: Google's limit
AGAIN: frozenset[Outcome] = frozenset({"down", "busy"})
FREE: frozenset[Outcome] = frozenset({"down", "busy", "refused", "rejected"})
"""Outcomes that cost nothing. A call that was slow or whose answer was garbage may have been billed."""


def client(transport: Literal["grpc", "rest"] = "grpc", key: str | None = None) -> Any:
    """A client of Google's.

    Parameters
    ----------
    transport : "grpc" or "rest"
        gRPC reuses one connection; REST passes proxies that know HTTP/1.1 only.
    key : str, optional
        An API key; without it the application default credentials (GOOGLE_APPLICATION_CREDENTIALS).

    Raises
    ------
    Unavailable
        The library is missing, or there are no credentials.
    """
    vision = _library()
    from google.auth.exceptions import GoogleAuthError

    try:
        return vision.ImageAnnotatorClient(transport=transport, client_options={"api_key": key} if key else None)
    except GoogleAuthError as error:
        hint = "set GOOGLE_APPLICATION_CREDENTIALS, or give an API key"
        raise Unavailable("no_credentials", "Google Vision has no credentials", hint=hint) from error


class Picture(NamedTuple):
    """A montage, the keys of its lines, and what was answered."""

    stacked: Montage
    keys: list[str]
    answer: Any = None


class GoogleVision:
    """Reads lines with Google Cloud Vision.

    Nothing that happens in the cloud is an exception: a reading that could not be had says why in `failed`. Safe to
    use from several threads; they take turns, so that no line is paid for twice.

    Parameters
    ----------
    client : google.cloud.vision.ImageAnnotatorClient
        From `client`, or one of your own.
    answers : Answers
        Where answers are kept: what is found there is not asked again.
    budget : Budget
        What may be spent.
    audit : Audit
        Where every picture that was sent is noted.
    language : "en", "ko" or "ja"
        Given as a hint.
    timeout : float
        Seconds that one call may take. One that took longer is not made again: it may have been billed.
    tries : int
        How often a call that failed in passing is made.
    pause : float
        Seconds before the first repetition; each later one waits twice as long, and between half and all of it.
    rest : float
        Seconds in which nothing is asked after all tries failed or the key was refused.

    Source
    ------
    Cloud Vision API reference, images:annotate (v1), DOCUMENT_TEXT_DETECTION. It is billed by the picture: lines go
    as one montage of up to 32, for a 32nd of the price of one each.
    """

    name = "google"

    def __init__(
        self,
        client: Any,
        answers: Answers,
        budget: Budget,
        audit: Audit,
        *,
        language: Language = "en",
        timeout: float = 10.0,
        tries: int = 3,
        pause: float = 0.5,
        rest: float = 30.0,
    ) -> None:
        self._client, self._answers, self._budget, self._audit = client, answers, budget, audit
        self._language, self._timeout, self._tries = language, timeout, tries
        self._pause, self._rest = pause, rest
        self._turn = Lock()
        self._away: tuple[Outcome, float] = ("read", 0.0)  # why, and until when
        self.version = "v1-document"

    def reads(self, kind: Kind, language: Language) -> bool:
        """Everything."""
        return True

    def read(self, lines: Sequence[Line], kind: Kind) -> list[Reading]:
        """One reading per line; confidence is the least certain word's.

        Raises
        ------
        Problem
            A line is none.
        Unavailable
            The disk with answers and audit is full or closed: nothing may be spent that is not noted.
        """
        checked(lines)
        keys = [self._key(line) for line in lines]
        with self._turn:
            known = {key: answer for key in set(keys) if (answer := self._remembered(key)) is not None}
            new = {key: line for key, line in zip(keys, lines, strict=True) if key not in known}
            failed = self._buy(new, known) if new else {}
        return [self._reading(known.get(key), failed.get(key, "")) for key in keys]

    def _key(self, line: Line) -> str:
        asked = f"{self.version} {self._language} {line.shape} ".encode() + line.tobytes()
        return hashlib.sha256(asked).hexdigest()

    def _remembered(self, key: str) -> Row | None:
        """What was answered; what is no answer of ours counts as none."""
        found = self._answers.get(key) or {}
        text, confidence = found.get("text"), found.get("confidence")
        return Row(text, float(confidence)) if isinstance(text, str) and isinstance(confidence, int | float) else None

    def _reading(self, answer: Row | None, failed: str) -> Reading:
        return Reading(*(answer or Row("", 0.0)), self.name, failed=failed)

    def _buy(self, new: Mapping[str, Line], known: dict[str, Row]) -> dict[str, Outcome]:
        """Ask for what is not known, add the answers to `known`, and say why others are missing."""
        failed: dict[str, Outcome] = {}
        keys = list(new)
        for start in range(0, len(keys), LINES * PICTURES):
            some = keys[start : start + LINES * PICTURES]
            for picture, why in self._send(_pictures(new, some)):
                if why != "read" or picture.answer is None:
                    failed |= dict.fromkeys(picture.keys, why)
                    continue
                for key, row in zip(picture.keys, rows(picture.answer, picture.stacked.edges), strict=True):
                    known[key] = row
                    self._answers.put(key, row._asdict())
        return failed

    def _send(self, pictures: list[Picture]) -> list[tuple[Picture, Outcome]]:
        """One request, as far as the budget reaches; every picture that left is noted."""
        why, until = self._away
        if time.monotonic() < until:
            return [(picture, why) for picture in pictures]
        going = list(pictures)
        while going and not self._budget.take(len(going) * PRICE):
            going.pop()
        if not going:
            return [(picture, "over_budget") for picture in pictures]
        found, calls = self._call(going)
        self._away = (found[0][1], time.monotonic() + self._rest) if found[0][1] in AGAIN | {"refused"} else ("read", 0)
        for i, (picture, why) in enumerate(found):
            cost = 0.0 if why in FREE else PRICE
            self._budget.give_back(PRICE - cost)
            sent = hashlib.sha256(picture.stacked.png).hexdigest()
            self._audit.note(sent, lines=len(picture.keys), cost=cost, calls=calls if i == 0 else 0, outcome=why)
        return [*found, *((picture, "over_budget") for picture in pictures[len(going) :])]

    def _call(self, pictures: list[Picture]) -> tuple[list[tuple[Picture, Outcome]], int]:
        """The request and its repetitions, and how many there were."""
        request = {"requests": [self._asked(picture.stacked.png) for picture in pictures]}
        for attempt in range(1, self._tries + 1):
            try:
                response = self._client.batch_annotate_images(request=request, retry=None, timeout=self._timeout)
            except Exception as error:  # three libraries raise classes of their own; a record must survive all
                why = outcome(error)
            else:
                if len(response.responses) == len(pictures):
                    return [_answered(*pair) for pair in zip(pictures, response.responses, strict=True)], attempt
                why = "garbage"
            if why not in AGAIN or attempt == self._tries or not self._budget.take(0.0):
                break
            time.sleep(self._pause * 2 ** (attempt - 1) * random.uniform(0.5, 1))
        return [(picture, why) for picture in pictures], attempt

    def _asked(self, png: bytes) -> dict[str, Any]:
        return {
            "image": {"content": png},
            "features": [{"type_": _library().Feature.Type.DOCUMENT_TEXT_DETECTION}],
            "image_context": {"language_hints": [self._language]},
        }


def _pictures(lines: Mapping[str, Line], keys: Sequence[str]) -> list[Picture]:
    groups = [list(keys[start : start + LINES]) for start in range(0, len(keys), LINES)]
    return [Picture(montage([lines[key] for key in group]), group) for group in groups]


def _answered(picture: Picture, response: Any) -> tuple[Picture, Outcome]:
    """A picture may be rejected although its request was not."""
    if response.error.code:
        return picture, "rejected"
    return picture._replace(answer=response.full_text_annotation), "read"


def _library() -> Any:
    try:
        from google.cloud import vision
    except ImportError as error:
        hint = "pip install 'hanok[ocr]'"
        raise Unavailable("missing_extra", "Google Vision needs google-cloud-vision", hint=hint) from error
    return vision
