"""Templates: where the fields of a design stand, learnt from a few labelled pictures, and which pictures have it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.image import Pixels
from hanok.parts.ocr.alignment import (
    CLEAR,
    Alignment,
    Density,
    align,
    correlation,
    decoded,
    density,
    encoded,
    shape_of,
    starts,
)
from hanok.parts.ocr.anchors import Anchor, begun, refined
from hanok.parts.ocr.board import Board, straighten, warped
from hanok.parts.ocr.cells import Boxes, find_pieces
from hanok.parts.ocr.geometry import Box, Homography, Quad
from hanok.parts.ocr.ink import find_ink
from hanok.parts.ocr.pieces import (
    Look,
    around,
    clear_beside,
    densities,
    fields_of,
    filled,
    like_letters,
    reaching,
    within,
    written,
)
from hanok.parts.ocr.regions import Region, with_room
from hanok.parts.ocr.vision import opencv

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

SURE = 0.93
"""The score from which a board may have the design of a template."""

ALIKE = 0.65
"""The correlation of its ink with the template's from which it has. Of boards of one design it was .71 or more, of
others that score .9 it was .63 at most, but for tables of a row more or less: those the score tells."""

ENOUGH = 0.99  # the score from which nothing better is looked for
EXPECTED = 0.02  # of the density: where ink is no surprise
MOST = 16_000_000  # pixels of a board
NEARLY = 0.7  # of all fields, or of the most cells that any start brings there: enough, if the ink says so
LAID = 0.3  # of the fields: so many cells where they should be tell how a board lies without its ink
COMMON = 4  # fields that two examples share: enough to lay one on the other by what is labelled
AGREE = 0.5  # of them that have to agree, and of an example's fields that hold ink
OFF = 0.3  # of a field's height: how far labels of two examples may lie apart
JOINED = 1.25  # of a field's height: pieces that are nearer belong to one text
AT_ITS_HEIGHT = 0.75  # of a field's height: what lies farther above or below is a rule
WITHIN = 0.5  # of a piece: so much of it lies in its field
BESIDE = 0.25  # of a piece: with less of it in a field it is none of that's text
HIGHER = 1.7  # times a field's height: what is higher is no text of it
FORMAT = 3


class Example(NamedTuple):
    """A labelled picture.

    Parameters
    ----------
    picture : array (height, width, 3), uint8
        RGB.
    fields : mapping of str to Quad
        Where each field stands in the picture; names such as ``"teams.0.players.2.score"`` are the caller's.
    """

    picture: Pixels
    fields: Mapping[str, Quad]


class Fit(NamedTuple):
    """A board laid on a template.

    Parameters
    ----------
    template : Template
    board : Board
        In the template's frame.
    cells : dict of str to Box
        Of each field what is written there, on `board`; fields with nothing written are left out.
    score : float
        How well template and board agree: 1 is every field filled and nothing written where the examples had nothing.
    likeness : float
        Correlation of the board's ink with that of the examples.
    pieces : array (n, 4), int64
        Everything that is written on `board`.
    of : array (n,), int64
        Which of the template's fields each piece belongs to or reaches into, in their order; -1 none.
    """

    template: Template
    board: Board
    cells: dict[str, Box]
    score: float
    likeness: float
    pieces: Boxes
    of: Ints

    @property
    def sure(self) -> bool:
        """Whether the board has the template's design."""
        return self.score >= SURE and self.likeness >= ALIKE

    def clear(self, field: str) -> tuple[int, int]:
        """Between which columns of `board` nothing but a field's text is written at its height: left and right."""
        text = self.cells.get(field) or self.template.place(field, self.board)
        others = self.of != list(self.template.regions).index(field)
        return clear_beside(text, self.pieces[others], self.board.pixels)


@dataclass(frozen=True, eq=False)
class Template:
    """Where the fields of a design stand.

    Parameters
    ----------
    name : str
        Of the design, and after a slash which of its layouts, if it has several.
    width, height : int
        Pixels of a board in its frame.
    regions : mapping of str to Region
        Where each field may stand.
    anchors : mapping of str to Anchor
        The steadiest point of each field.
    ink : array (rows, columns), float32
        Where the ink of its boards lies on average, pictures and frames too.
    letters : array (rows, columns), float32
        Where of that what is as high as letters lies: its fingerprint, without colours and words.
    """

    name: str
    width: int
    height: int
    regions: Mapping[str, Region]
    anchors: Mapping[str, Anchor]
    ink: Density
    letters: Density

    @classmethod
    def learn(cls, name: str, examples: Sequence[Example]) -> Template:
        """Learn from labelled pictures; three that differ are a good number.

        Parameters
        ----------
        name : str
            Of the design.
        examples : sequence of Example
            The first decides size and orientation; the others are laid on it, by the fields they share with it.

        Returns
        -------
        Template

        Raises
        ------
        Problem
            There is no example, one has no fields, or one is not of the design of the first.
        """
        if not examples or not all(example.fields for example in examples):
            raise Problem(
                "no_examples", f"{len(examples)} examples; expected at least one, each with fields", "examples"
            )
        first = straighten(examples[0].picture)
        first = first.rotated(first.turn_of(examples[0].fields.values()))
        height, width = first.pixels.shape[:2]
        template = cls(name, width, height, {}, {}, *densities(find_ink(first.pixels), width / height))
        places: dict[str, list[Region]] = {}
        inks: list[tuple[Density, Density]] = []
        for number, example in enumerate(examples):
            board = first if number == 0 else template._as_first(first, examples[0], example)
            ink = find_ink(board.pixels) if board else None
            quads = {field: quad.moved(board.to_board) for field, quad in example.fields.items()} if board else {}
            if board is None or ink is None or board.turn_of(example.fields.values()) or filled(ink, quads) < AGREE:
                found = "its text does not lie where that of the first example does"
                raise Problem("another_design", f"{found}; expected the same design", f"examples[{number}]")
            high, wide = board.pixels.shape[:2]
            inks.append(densities(ink, width / height))
            for field, quad in quads.items():
                left, top, right, bottom = quad.box
                region = Region(left / wide, top / high, right / wide, bottom / high)
                places.setdefault(field, []).append(region)
        whole, letters = np.rint(np.mean(inks, axis=0) * 255).astype(np.float32) / np.float32(255)  # as it is saved
        anchors = {field: Anchor.of(of) for field, of in places.items()}
        regions = with_room(places, width / height)
        return replace(template, ink=whole, letters=letters, regions=regions, anchors=anchors)

    def fit(self, board: Board, look: Look | None = None) -> Fit | None:
        """Lay a board on the template and find its fields.

        Parameters
        ----------
        board : Board
            Straight; it may stand on its head.
        look : Look
            At the same board, if it was taken already.

        Returns
        -------
        Fit or None
            None if nothing like it is written there; otherwise `sure` tells whether it is this design.
        """
        best: Fit | None = None
        for laid in self._laid(board, look or Look.at(board.pixels)):
            fit = self._found(laid)
            if best is None or (fit.sure, fit.score) > (best.sure, best.score):
                best = fit
            if best.sure and best.score >= ENOUGH:
                break
        return best

    def _found(self, laid: Board) -> Fit:
        """The fields of a board in the template's frame."""
        ink = find_ink(laid.pixels)
        pieces = find_pieces(ink)
        names = list(self.regions)
        regions = np.array([self.region(field, laid) for field in names])
        of, share = fields_of(pieces, regions)
        beyond = (pieces[:, 1] < regions[of, 1]) & (pieces[:, 3] > regions[of, 3])  # the side of a plate, a rule
        kept = ~(beyond & (share >= WITHIN))
        pieces, of, share = pieces[kept], of[kept], share[kept]
        inside = share >= WITHIN
        found = {names[i]: self._cell(names[i], pieces[(of == i) & inside], laid) for i in np.unique(of[inside])}
        cells = {field: cell for field, cell in found.items() if cell}
        areas = (pieces[:, 2:] - pieces[:, :2]).prod(axis=1)
        known = within(pieces, cells.values()) | self._expected(pieces, laid)
        counts = known | like_letters(pieces, pieces[inside])
        full, explained = len(cells) / len(names), areas[known].sum() / max(areas[counts].sum(), 1)
        score = 2 * full * explained / (full + explained) if cells else 0.0
        ours = density(written(ink), self.width / self.height)
        return Fit(
            self, laid, cells, float(score), correlation(ours, self.letters), pieces, np.where(share < BESIDE, -1, of)
        )

    def _cell(self, field: str, pieces: Boxes, board: Board) -> Box | None:
        """Around the pieces of a field that hang together from its anchor on; its usual place, if they are no text.

        None if nothing is written near the anchor.
        """
        height, width = board.pixels.shape[:2]
        anchor = self.anchors[field]
        x, high = anchor.x * width, anchor.height * height
        pieces = pieces[np.abs(pieces[:, 1::2].mean(axis=1) - anchor.y * height) <= AT_ITS_HEIGHT * high]
        apart = np.maximum(np.maximum(pieces[:, 0] - x, x - pieces[:, 2]), 0)
        if not len(apart) or apart.min() > high:
            return None
        text = pieces[apart.argmin()][None]
        for piece in pieces[apart.argsort(kind="stable")][1:]:
            left, _, right, _ = around(text)
            if max(piece[0] - right, left - piece[2]) <= JOINED * high:
                text = np.vstack([text, piece])
        found = Box(*around(text))
        if found.height <= HIGHER * high:
            return reaching(found, x, anchor.side) if anchor.spread * width < OFF * high else found
        return self.place(field, board)

    def place(self, field: str, board: Board) -> Box:
        """Where a field usually stands on a board in the template's frame: as high as its texts are."""
        region, height = self.region(field, board), board.pixels.shape[0]
        middle, high = self.anchors[field].y * height, self.anchors[field].height * height
        return Box(region.left, round(middle - high / 2), region.right, round(middle + high / 2))

    def region(self, field: str, board: Board) -> Box:
        """Where a field may stand on a board in the template's frame."""
        height, width = board.pixels.shape[:2]
        left, top, right, bottom = self.regions[field]
        return Box(round(left * width), round(top * height), round(right * width), round(bottom * height))

    def _expected(self, pieces: Boxes, board: Board) -> Bools:
        """Whether each piece lies where the examples had ink: titles and headers need no field."""
        shape = np.array(board.pixels.shape[:2])
        middles = (pieces[:, [1, 0]] + pieces[:, [3, 2]]) / 2 / shape  # (n, 2): 0 to 1 down and across
        row, column = (middles.clip(0, 1) * (np.array(self.ink.shape) - 1)).round().astype(np.int64).T
        return np.asarray(self.ink[row, column] > EXPECTED, np.bool_)

    def _as_first(self, first: Board, example: Example, other: Example) -> Board | None:
        """Another example's board in the frame of the first: by the fields they share, else by their ink."""
        common = [field for field in example.fields if field in other.fields]
        if len(common) >= COMMON:
            theirs = [other.fields[field].ends() for field in common]
            ours = [example.fields[field].moved(first.to_board) for field in common]
            near = OFF * float(np.median([quad.box[3] - quad.box[1] for quad in ours]))
            goal = np.concatenate([quad.ends() for quad in ours])
            matrix, agree = opencv().findHomography(np.concatenate(theirs), goal, opencv().RANSAC, near)
            if matrix is None or agree.reshape(-1, 3).any(axis=1).mean() < AGREE:
                return None
            return self._warped(Board(other.picture, other.picture, np.eye(3), "whole"), matrix)
        board = straighten(other.picture)
        laid = self._laid(board, Look.at(board.pixels))
        return next((each for each in laid if not each.turn_of(other.fields.values())), None)

    def _laid(self, board: Board, look: Look) -> list[Board]:
        """The board in the template's frame, for each side that may be up by cells and ink, the likeliest first.

        By its ink alone, too, where few cells agree, which may draw it aside, and its ink does.
        """
        found: list[tuple[float, Board]] = []
        ours, cells = density(look.letters, self.width / self.height), look.cells
        high, wide = board.pixels.shape[:2]
        for turned, each in ((board, ours), (board.rotated(180), np.ascontiguousarray(ours[::-1, ::-1]))):
            alike = align(each, self.letters)
            to_frame, near = self._start(cells, alike, each, (wide, high))
            if alike or near > LAID * len(self.anchors):
                found.append((near + (alike.correlation if alike else 0), self._warped(turned, to_frame)))
            if alike and alike.correlation >= ALIKE and near < NEARLY * len(self.anchors):
                by_ink = self._in_pixels(alike.homography, (wide, high))
                found.append((alike.correlation, self._warped(turned, by_ink)))
            if alike and alike.correlation >= CLEAR:
                break
            cells = np.array([wide, high, wide, high]) - cells[:, [2, 3, 0, 1]]
        return [laid for _, laid in sorted(found, key=lambda pair: -pair[0])]

    def _start(
        self, cells: Boxes, alike: Alignment | None, ink: Density, size: tuple[int, int]
    ) -> tuple[Homography, float]:
        """How a board of this width and height most likely lies, and how many cells are then where they should be."""
        by_ink = self._on_anchors(cells, alike.homography, size) if alike else None
        if by_ink and by_ink[1] >= NEARLY * len(self.anchors):
            return by_ink
        others = [begun(cells, self.anchors, size), *starts(ink, self.letters)]
        laid = [self._on_anchors(cells, start, size) for start in others if start is not None]
        best = max(laid, key=lambda pair: pair[1])
        return by_ink if by_ink and by_ink[1] >= NEARLY * best[1] else best

    def _on_anchors(self, cells: Boxes, start: Homography, size: tuple[int, int]) -> tuple[Homography, float]:
        """From a board to the frame, from relative places on; and how many cells then lie where they should."""
        to_frame = self._in_pixels(start, size)
        return refined(cells, to_frame, self.anchors, (self.width, self.height))

    def _in_pixels(self, start: Homography, size: tuple[int, int]) -> Homography:
        """From pixels of a board of this size to those of the frame, of what leads from relative places to such."""
        return np.asarray(np.diag([self.width, self.height, 1.0]) @ start @ np.diag([1 / size[0], 1 / size[1], 1]))

    def _warped(self, board: Board, to_frame: Homography) -> Board:
        """A board in the template's frame, as large as it was, or as the template."""
        height, width = board.pixels.shape[:2]
        larger = max(np.sqrt(width * height / (self.width * self.height)), 1.0)
        w, h = round(self.width * larger), round(self.height * larger)
        to_board = np.diag([w / self.width, h / self.height, 1.0]) @ to_frame @ board.to_board
        pixels = warped(board.picture, to_board, w, h)
        return replace(board, pixels=pixels, to_board=to_board / to_board[2, 2])

    def save(self, path: Path) -> None:
        """Write it as JSON."""
        content = {
            "format": FORMAT,
            "name": self.name,
            "width": self.width,
            "height": self.height,
            "regions": {field: list(region) for field, region in self.regions.items()},
            "anchors": {field: list(anchor) for field, anchor in self.anchors.items()},
            "ink": encoded(self.ink),
            "letters": encoded(self.letters),
        }
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Template:
        """Read what `save` wrote.

        Raises
        ------
        Problem
            ``bad_file``: the file is damaged, or holds something else.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if content["format"] != FORMAT:
                raise ValueError(f"format {content['format']!r}")
            given = content["regions"].items()
            regions = {str(field): Region(*(float(side) for side in sides)) for field, sides in given}
            anchors = {str(field): Anchor(*(float(x) for x in of)) for field, of in content["anchors"].items()}
            width, height = int(content["width"]), int(content["height"])
            densities = decoded(content["ink"]), decoded(content["letters"])
            numbers = [x for each in (*regions.values(), *anchors.values()) for x in each]
            if not np.isfinite(numbers).all() or not 0 < width * height <= MOST:
                raise ValueError("regions or sizes that are none")
            shapes = {each.shape for each in densities}
            if not regions or anchors.keys() != regions.keys() or shapes != {shape_of(width / height)}:
                raise ValueError("sizes that do not fit each other")
            return cls(str(content["name"]), width, height, regions, anchors, *densities)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, opencv().error) as error:
            raise Problem("bad_file", f"found {error}; expected a template as hanok saves it", str(path)) from error
