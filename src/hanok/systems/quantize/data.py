"""The user's images with their classes, and the user's network where it is a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field

from hanok.core.sources import Folder

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


class Sources(BaseModel):
    """What training needs."""

    images: Annotated[
        Folder,
        Field(
            description="A folder with a folder of images for each class, or one file: npz (x, y) or Parquet "
            "(image, label)"
        ),
    ]
    model: Annotated[Folder | None, Field(description="A network of floats as an ONNX file; else see module")] = None


@dataclass(frozen=True, eq=False)
class Data:
    """Images of one size; the parts of a fold share classes and network.

    Parameters
    ----------
    images : array (n, height, width, channels), uint8
        One channel or three.
    labels : array (n,), int64
        Places among the classes.
    classes : sequence of str
    names : sequence of str, (n,)
        File or row of each image.
    onnx : bytes
        The network's file; empty without one.
    notes : sequence of str
        What reading changed.

    Example
    -------
    >>> data = Data.of(np.zeros((4, 8, 8, 1), np.uint8), ["a", "b", "a", "b"])
    >>> len(data), data.classes, data.take(np.array([1])).labels.tolist()
    (4, ['a', 'b'], [1])
    """

    images: Bytes
    labels: Ints
    classes: Sequence[str]
    names: Sequence[str]
    onnx: bytes = b""
    notes: Sequence[str] = ()

    @classmethod
    def of(cls, images: Bytes, labels: Sequence[str], classes: Sequence[str] = (), *, onnx: bytes = b"") -> Self:
        """Images as Python has them; classes in alphabetical order unless given."""
        classes = list(classes) or sorted(set(labels))
        places = {name: place for place, name in enumerate(classes)}
        names = [f"image {number}" for number in range(1, len(labels) + 1)]
        return cls(images, np.array([places[label] for label in labels], np.int64), classes, names, onnx)

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: Ints) -> Data:
        """Some of the images."""
        names = [self.names[row] for row in rows.tolist()]
        return replace(self, images=self.images[rows], labels=self.labels[rows], names=names)

    def with_more(self, images: Bytes, labels: Ints) -> Data:
        """These images and further ones."""
        return replace(
            self,
            images=np.concatenate([self.images, images]),
            labels=np.concatenate([self.labels, labels]),
            names=[*self.names, *(f"told {number}" for number in range(1, len(labels) + 1))],
        )
