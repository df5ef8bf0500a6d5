"""Several lines as one picture, and which words of an answer belong to which of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from hanok.parts.ocr.engine import Line

GAP = 32  # white pixels between lines and around them: half a line, so that no reader joins two of them


class Montage(NamedTuple):
    """A picture of lines, one below the other.

    Parameters
    ----------
    png : bytes
    edges : tuple of int
        Where each line's strip ends, in pixels from the top; strips meet in the middle of the gaps.
    """

    png: bytes
    edges: tuple[int, ...]


def montage(lines: Sequence[Line]) -> Montage:
    """Stack lines.

    Example
    -------
    >>> stacked = montage([np.zeros((40, 90), np.uint8), np.zeros((50, 60), np.uint8)])
    >>> stacked.edges
    (88, 170)
    """
    width = max(line.shape[1] for line in lines) + 2 * GAP
    page = np.full((sum(line.shape[0] + GAP for line in lines) + GAP, width), 255, np.uint8)
    edges, top = [], GAP
    for line in lines:
        page[top : top + line.shape[0], GAP : GAP + line.shape[1]] = line
        top += line.shape[0] + GAP
        edges.append(top - GAP // 2)
    file = io.BytesIO()
    Image.fromarray(page).save(file, "PNG")
    return Montage(file.getvalue(), tuple(edges))


class Row(NamedTuple):
    """What an answer says of one line: its text and the confidence of its least certain word."""

    text: str
    confidence: float


def rows(annotation: Any, edges: Sequence[int]) -> list[Row]:
    """Take Google's full text annotation apart into the lines of a montage.

    Parameters
    ----------
    annotation : google.cloud.vision.TextAnnotation
        Of the montage.
    edges : sequence of int
        Where its strips end.

    Returns
    -------
    list of Row
        One for each line, empty text where no word lies in its strip. A word belongs to the strip its middle lies in;
        words are joined as their detected breaks say, from left to right.
    """
    found: list[list[tuple[float, str, float]]] = [[] for _ in edges]
    for page in annotation.pages:
        for block in page.blocks:
            for paragraph in block.paragraphs:
                for word in paragraph.words:
                    corners = word.bounding_box.vertices
                    if not corners or not word.symbols:
                        continue
                    y = sum(corner.y for corner in corners) / len(corners)
                    strip = min(int(np.searchsorted(edges, y)), len(edges) - 1)
                    text = "".join(symbol.text for symbol in word.symbols)
                    space = " " if word.symbols[-1].property.detected_break.type_ else ""
                    found[strip].append((min(corner.x for corner in corners), text + space, word.confidence))
    return [
        Row(" ".join("".join(text for _, text, _ in sorted(words)).split()), min((c for *_, c in words), default=0.0))
        for words in found
    ]
