"""Who reads which cells: engines that are installed, in cascades by what the cells hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

from hanok.core.problem import Unavailable
from hanok.parts.ocr import (
    AnswerFolder,
    Audit,
    Budget,
    DigitReader,
    GoogleVision,
    RapidOCR,
    Reading,
    Tesseract,
    TextReader,
)
from hanok.parts.ocr.engine import Engine, Kind, Line
from hanok.parts.ocr.texts.alphabet import ALPHABETS
from hanok.parts.text import Language
from hanok.systems.match.config import Reader, Settings

Group = Literal["number", "figures", "text"]
"""Numbers are compared as numbers; figures are written with digits and compared as they stand: 12:34, 12/3/7."""

AUDIT = "audit.jsonl"
"""In the folder of the settings: what was asked of Google, and what it cost."""

Cloud = Callable[[Language], Engine]
"""Makes the paid reader of a language."""

LEAST = 2
"""Readers that have to say the same of a cell: what one of them misread was as sure as the rest on other boards."""


class Figures:
    """An engine that is told that digits are coming, and whose reading is compared as text.

    Parameters
    ----------
    engine : Engine
        One that reads numbers.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.name, self.version = engine.name, engine.version

    def reads(self, kind: Kind, language: Language) -> bool:
        """What is compared as text, if the engine reads numbers."""
        return kind == "text" and self.engine.reads("number", language)

    def read(self, lines: Sequence[Line], kind: Kind) -> list[Reading]:
        """One reading per line, without spaces."""
        found = self.engine.read(lines, "number")
        return [
            reading._replace(text=figures(reading.text), alternatives=tuple(map(figures, reading.alternatives)))
            for reading in found
        ]


def figures(text: str) -> str:
    """Figures in one spelling: without spaces."""
    return "".join(text.split())


@cache
def reader(name: Reader, language: Language) -> Engine:
    """An engine, made once for each language.

    Raises
    ------
    Unavailable
        It is not installed; the hint says what to install.
    """
    if name == "digits":
        return DigitReader.bundled()
    if name == "texts":
        return TextReader.bundled(language)
    return Tesseract(language) if name == "tesseract" else RapidOCR(language)


def key(group: Group, language: Language) -> str:
    """What a cascade goes by: text has one for each language."""
    return f"text.{language}" if group == "text" else group


def parts_of(name: str) -> tuple[Group, Language]:
    """The mirror of `key`; what is no text counts as English."""
    if name.startswith("text."):
        spoken: Any = name.removeprefix("text.")
        return "text", spoken
    return ("number" if name == "number" else "figures"), "en"


def kind_for(group: Group) -> Kind:
    """As what a cascade takes the cells of a group."""
    return "number" if group == "number" else "text"


def readers(group: Group, language: Language, names: Sequence[Reader]) -> tuple[list[Engine], dict[str, str]]:
    """The installed engines that read such cells, in order; and what is missing, with what to install."""
    found, missing = list[Engine](), dict[str, str]()
    for name in names:
        if not _for(name, group, language):
            continue
        try:
            made = wrapped(reader(name, language), group)
        except Unavailable as error:
            missing[name] = f"{error}: {error.hint}"
            continue
        if made.reads(kind_for(group), language):
            found.append(made)
    return found, missing


def _for(name: Reader, group: Group, language: Language) -> bool:
    """Whether a reader of numbers meets numbers, and one of text a language that it has."""
    if name == "texts":
        return group == "text" and language in ALPHABETS
    return name != "digits" or group != "text"


def wrapped(engine: Engine, group: Group) -> Engine:
    """An engine as the cascade of a group asks it."""
    return Figures(engine) if group == "figures" else engine


def purse(settings: Settings) -> Budget:
    """What may be spent this month, and what the audit log says was."""
    budget = Budget(settings.google_dollars, settings.google_calls)
    return budget.resume(settings.google_folder / AUDIT, datetime.now(UTC).strftime("%Y-%m"))


def cloud(settings: Settings | None) -> Cloud | None:
    """How to make the paid reader of each language, within one budget; None where no money is set aside.

    Raises
    ------
    Unavailable
        It is wanted, and its library or credentials are missing.
    """
    if settings is None or not settings.google_dollars:
        return None
    from hanok.parts.ocr.google import client

    answers, budget = AnswerFolder(settings.google_folder / "answers"), purse(settings)
    connection = client(settings.google_transport, settings.google_key or None)
    noted = Audit(settings.google_folder / AUDIT)
    return lambda language: GoogleVision(connection, answers, budget, noted, language=language)
