"""Reading images and their classes: a folder, an npz file or Parquet; and the network's file."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from hanok.core.problem import NotFound, Problem, TooLarge
from hanok.core.sources import Folder
from hanok.parts.image import Pixels, load
from hanok.parts.image.load import resized
from hanok.systems.quantize.data import Bytes, Data, Ints, Sources
from hanok.systems.quantize.frame import shaped

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff")
IMAGE, LABEL = ("image", "images", "x", "img"), ("label", "labels", "y", "class")
LONGEST, MOST_CLASSES = 224, 10_000
"""Pixels of a side: larger images are made smaller; classes there may be."""
MOST_BYTES = 4 * 2**30


def read(sources: Sources) -> Data:
    """All images, of one size, each once.

    Raises
    ------
    Problem
        Naming file and row, what was found and what was expected.
    """
    onnx = _only(sources.model, ".onnx").read_bytes() if sources.model else b""
    files = sources.images.files()
    if len(files) == 1 and files[0].suffix.lower() in (".npz", ".parquet"):
        read_file = _npz if files[0].suffix.lower() == ".npz" else _parquet
        images, labels, classes, names = read_file(files[0])
    else:
        images, labels, classes, names = _folder(sources.images, files)
    pixels, notes = _one_size(images)
    return _each_once(Data(pixels, labels, classes, names, onnx, notes))


Found = tuple[Sequence[Pixels] | Bytes, Ints, list[str], list[str]]


def _only(folder: Folder, suffix: str) -> Path:
    found = [path for path in folder.files() if path.suffix.lower() == suffix]
    if len(found) != 1:
        raise NotFound("no_model", f"found {len(found)} files {suffix}; expected one", str(folder.path))
    return found[0]


def _folder(folder: Folder, files: Sequence[Path]) -> Found:
    """The class is the folder an image lies in; of one that lies in none, its name up to the last underscore."""
    pictures = [path for path in files if path.suffix.lower() in PICTURES]
    if not pictures:
        expected = "expected images in a folder for each class, one .npz or one .parquet"
        raise Problem("no_images", f"found {len(files)} files, none an image; {expected}", str(folder.path))
    images, labels, names = [], [], []
    for path in pictures:
        name = path.relative_to(folder.path).as_posix()
        label = path.parent.name if path.parent != folder.path else path.stem.rpartition("_")[0]
        if not label:
            hint = "put images of a class into a folder of its name, or call them cat_1.png"
            raise Problem("no_class", f"found {path.name} in no folder; expected one that names its class", name, hint)
        images.append(_small(load(path, where=name)))
        labels.append(label)
        names.append(name)
    return _grey(images), *_words(labels), names


def _npz(path: Path) -> Found:
    """Arrays x and y; names of classes in the array `classes`, where there are any."""
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(one.file_size for one in packed.infolist())
        if size > MOST_BYTES:
            raise TooLarge("too_large", f"found {size} bytes unpacked; expected at most {MOST_BYTES}", path.name)
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files if name in (*IMAGE, *LABEL, "classes")}
    except (zipfile.BadZipFile, ValueError, OSError, EOFError) as error:
        raise Problem("bad_npz", f"{error}; expected arrays x and y, no objects", path.name) from error
    images, labels = (_column(arrays, wanted, path.name) for wanted in (IMAGE, LABEL))
    pixels = _pixels(images, path.name)
    if labels.shape != (len(pixels),):
        found = f"found {len(pixels)} images and labels of shape {labels.shape}"
        raise Problem("wrong_shape", f"{found}; expected ({len(pixels)},)", f"{path.name} y")
    given = [str(name) for name in arrays.get("classes", np.zeros(0, str)).tolist()]
    return (
        pixels,
        *_places(labels, given, f"{path.name} y"),
        [f"{path.name} row {i}" for i in range(1, len(pixels) + 1)],
    )


def _parquet(path: Path) -> Found:
    """A column of images, as bytes of a file or {bytes}, and a column of labels."""
    import polars as pl

    try:
        frame = pl.read_parquet(path)
    except Exception as error:  # the reader raises classes of its own
        raise Problem("bad_parquet", f"{error}; expected a Parquet file", path.name) from error
    images, labels = (_column(dict(frame.to_dict()), wanted, path.name) for wanted in (IMAGE, LABEL))
    pixels, names = [], []
    for number, cell in enumerate(images.to_list(), 1):
        content = cell.get("bytes") if isinstance(cell, dict) else cell
        where = f"{path.name} row {number} {images.name}"
        if not isinstance(content, bytes):
            raise Problem("no_image", f"found {type(content).__name__}; expected bytes of an image file", where)
        pixels.append(_small(load(content, where=where)))
        names.append(where)
    if labels.null_count():
        raise Problem("no_class", "found an empty cell; expected a class", f"{path.name} {labels.name}")
    return _grey(pixels), *_places(labels.to_numpy(), [], f"{path.name} {labels.name}"), names


def _column(columns: dict[str, Any], wanted: Sequence[str], where: str) -> Any:
    for name in wanted:
        if name in columns:
            return columns[name]
    found = ", ".join(map(repr, columns)) or "none that is known"
    raise Problem("no_column", f"found {found}; expected one of {', '.join(wanted)}", where)


def _pixels(images: Any, where: str) -> Bytes:
    """An array of images as (n, h, w, c), uint8."""
    shape = images.shape
    if images.ndim == 3:
        images = images[..., None]
    elif images.ndim == 4 and shape[3] not in (1, 3) and shape[1] in (1, 3):
        images = images.transpose(0, 2, 3, 1)
    if images.ndim != 4 or images.shape[3] not in (1, 3) or not images.size:
        expected = "expected (n, h, w), (n, h, w, 1 or 3) or (n, 1 or 3, h, w)"
        raise Problem("wrong_shape", f"found {shape}; {expected}", f"{where} x")
    if images.dtype.kind not in "uif":
        raise Problem("wrong_type", f"found {images.dtype}; expected numbers", f"{where} x")
    top = 1 if images.dtype.kind == "f" else 255
    low, high = images.min(), images.max()
    if not (low >= 0 and high <= top):  # also NaN
        raise Problem("wrong_range", f"found {low} to {high}; expected bytes, or floats of 0 to 1", f"{where} x")
    return np.rint(images * 255).astype(np.uint8) if top == 1 else np.ascontiguousarray(images, np.uint8)


def _places(labels: Any, given: list[str], where: str) -> tuple[Ints, list[str]]:
    """Whole numbers are places among the classes; words are sorted."""
    if labels.dtype.kind in "UO" and all(isinstance(label, str) for label in labels.tolist()):
        return _words(labels.tolist())
    if labels.dtype.kind not in "ui" or not len(labels) or labels.min() < 0 or labels.max() >= MOST_CLASSES:
        raise Problem("wrong_type", f"found {labels.dtype}; expected words, or whole numbers from 0", where)
    n = int(labels.max()) + 1
    if given and len(given) < n:
        raise Problem("wrong_class", f"found class {n - 1} and {len(given)} names; expected a name each", where)
    return labels.astype(np.int64), given or [str(place) for place in range(n)]


def _small(image: Pixels) -> Pixels:
    """No side longer than `LONGEST`, at once: photographs of a phone would fill the memory."""
    less = LONGEST / max(image.shape[:2])
    if less >= 1:
        return image
    height, width = (max(1, round(side * less)) for side in image.shape[:2])
    return resized(image, width, height)


def _words(labels: Sequence[str]) -> tuple[Ints, list[str]]:
    classes, places = np.unique(np.array(labels, str), return_inverse=True)
    return places.astype(np.int64), [str(name) for name in classes]


def _grey(images: Sequence[Pixels]) -> Sequence[Pixels]:
    """One channel where no image has a colour."""
    grey = all(bool((image == image[..., :1]).all()) for image in images)
    return [image[..., :1] for image in images] if grey else images


def _one_size(images: Sequence[Pixels] | Bytes) -> tuple[Bytes, list[str]]:
    """All images in the commonest size, with no side longer than `LONGEST`."""
    sizes = Counter(image.shape[:2] for image in images)
    (height, width), same = sizes.most_common(1)[0]
    less = min(1.0, LONGEST / max(height, width))
    target = max(1, round(height * less)), max(1, round(width * less))
    fitted = np.stack([shaped(image, *target, image.shape[2]) for image in images])
    if len(sizes) == 1 and less == 1:
        return fitted, []
    others = len(images) - (same if less == 1 else 0)
    return fitted, [f"{others} of {len(images)} images were resized to {target[1]} x {target[0]}."]


def _each_once(data: Data) -> Data:
    """Without images that stand there twice: else a copy in the test would be known from training."""
    first: dict[bytes, int] = {}
    for row, image in enumerate(data.images):
        other = first.setdefault(sha256(image.tobytes()).digest(), row)
        if data.labels[other] != data.labels[row]:
            found = f"found the same image as {data.names[other]}, there {data.classes[data.labels[other]]!r}"
            expected = f"here {data.classes[data.labels[row]]!r}; expected one class"
            raise Problem("two_classes", f"{found}, {expected}", data.names[row], "remove one of the two")
    kept = data.take(np.array(list(first.values()), np.int64))
    if len(kept) == len(data):
        return data
    note = f"{len(data) - len(kept)} of {len(data)} images stand there more than once: each counts once."
    return Data(kept.images, kept.labels, kept.classes, kept.names, kept.onnx, [*data.notes, note])
