from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from pictures import CLASSES, drawn, png

from hanok.core.problem import NotFound, Problem
from hanok.systems.quantize import Config, Data, Quantize, Sources

IMAGES, LABELS = drawn(8)


def read(path: Path) -> Data:
    return Quantize.read(Sources.model_validate({"images": path}))


def refused(path: Path, code: str, *words: str) -> None:
    with pytest.raises(Problem) as caught:
        read(path)
    assert caught.value.code == code, str(caught.value)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def saved(folder: Path, **arrays: Any) -> Path:
    np.savez(folder / "images.npz", **arrays)
    return folder / "images.npz"


# -- forms -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "x",
    [
        IMAGES,
        IMAGES[..., 0],
        IMAGES.transpose(0, 3, 1, 2),
        IMAGES.astype(np.int64),
        (IMAGES / 255).astype(np.float32),
    ],
    ids=["last", "none", "first", "int64", "float32"],
)
def test_arrays_are_read_in_every_order_and_type(tmp_path: Path, x: Any) -> None:
    data = read(saved(tmp_path, x=x, y=LABELS, classes=np.array(CLASSES)))
    np.testing.assert_array_equal(data.images, IMAGES)
    assert data.classes == list(CLASSES)
    assert data.labels.tolist() == LABELS.tolist()
    assert data.names[0] == "images.npz row 1"


def test_labels_are_words_or_places(tmp_path: Path) -> None:
    words = read(saved(tmp_path, x=IMAGES, labels=np.array(CLASSES)[LABELS]))
    assert words.classes == list(CLASSES)
    assert read(saved(tmp_path, images=IMAGES, y=LABELS)).classes == ["0", "1", "2"]


def test_a_folder_has_a_folder_for_each_class(tmp_path: Path) -> None:
    for number, (image, label) in enumerate(zip(IMAGES, LABELS.tolist(), strict=True)):
        (tmp_path / CLASSES[label]).mkdir(exist_ok=True)
        (tmp_path / CLASSES[label] / f"{number}.png").write_bytes(png(image))
    (tmp_path / "notes.txt").write_text("about", encoding="utf-8")
    data = read(tmp_path)
    assert data.images.shape == IMAGES.shape  # without colour: one channel
    assert data.classes == list(CLASSES)
    assert data.names[0] == "bar/0.png"


def test_images_in_no_folder_say_their_class_by_name(tmp_path: Path) -> None:
    for number, (image, label) in enumerate(zip(IMAGES, LABELS.tolist(), strict=True)):
        (tmp_path / f"{CLASSES[label]}_{number}.png").write_bytes(png(image))
    assert read(tmp_path).classes == list(CLASSES)
    (tmp_path / "lost.png").write_bytes(png(IMAGES[0]))
    refused(tmp_path, "no_class", "lost.png")


@pytest.mark.parametrize("wrapped", [False, True])
def test_parquet_holds_image_files(tmp_path: Path, wrapped: bool) -> None:
    files = [png(image) for image in IMAGES]
    images = [{"bytes": file, "path": None} for file in files] if wrapped else files
    pl.DataFrame({"image": images, "label": LABELS}).write_parquet(tmp_path / "a.parquet")
    np.testing.assert_array_equal(read(tmp_path / "a.parquet").images, IMAGES)


def test_images_of_other_sizes_are_resized_and_counted(tmp_path: Path) -> None:
    large = np.repeat(np.repeat(IMAGES[:1], 2, axis=1), 2, axis=2)
    for number, image in enumerate([*IMAGES, *large]):
        (tmp_path / f"a_{number}.png").write_bytes(png(image))
    data = read(tmp_path)
    assert data.images.shape[1:] == IMAGES.shape[1:]
    assert "1 of 25 images" in data.notes[0]


def test_large_images_are_made_smaller_at_once(tmp_path: Path) -> None:
    for number, shade in enumerate((10, 200)):
        image = np.full((450, 900, 3), shade, np.uint8)
        image[..., 0] = 30
        (tmp_path / f"a_{number}.png").write_bytes(png(image))
    assert read(tmp_path).images.shape == (2, 112, 224, 3)
    tall = np.zeros((2, 448, 4), np.uint8)
    tall[1] = 9
    data = read(saved(tmp_path, x=tall, y=[0, 1]))
    assert data.images.shape == (2, 224, 2, 1)
    assert "2 of 2" in data.notes[0]


def test_the_same_image_counts_once(tmp_path: Path) -> None:
    data = read(saved(tmp_path, x=np.concatenate([IMAGES, IMAGES[:3]]), y=np.r_[LABELS, LABELS[:3]]))
    assert len(data) == len(IMAGES)
    assert "3 of 27" in data.notes[0]


# -- bad input ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arrays", "code", "words"),
    [
        ({"x": IMAGES}, "no_column", ("'x'", "labels")),
        ({"x": IMAGES, "y": LABELS[:-1]}, "wrong_shape", ("24 images", "(23,)")),
        ({"x": IMAGES[0, ..., 0], "y": LABELS[:8]}, "wrong_shape", ("(8, 8)",)),
        ({"x": np.zeros((4, 8, 8, 5), np.uint8), "y": LABELS[:4]}, "wrong_shape", ("(4, 8, 8, 5)",)),
        ({"x": IMAGES * np.float32("nan"), "y": LABELS}, "wrong_range", ("nan",)),
        ({"x": IMAGES.astype(np.float32), "y": LABELS}, "wrong_range", ("floats of 0 to 1",)),
        ({"x": IMAGES - np.int64(1), "y": LABELS}, "wrong_range", ("-1",)),
        ({"x": IMAGES.astype(str), "y": LABELS}, "wrong_type", ("numbers",)),
        ({"x": IMAGES, "y": LABELS - 1}, "wrong_type", ("whole numbers from 0",)),
        ({"x": IMAGES, "y": LABELS + 0.5}, "wrong_type", ("float64",)),
        ({"x": IMAGES, "y": LABELS, "classes": np.array(["a"])}, "wrong_class", ("class 2", "1 names")),
        ({"x": np.concatenate([IMAGES, IMAGES[:1]]), "y": np.r_[LABELS, 1]}, "two_classes", ("row 1", "row 25")),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    tmp_path: Path, arrays: dict[str, Any], code: str, words: tuple[str, ...]
) -> None:
    refused(saved(tmp_path, **arrays), code, *words)


def test_objects_in_arrays_are_not_executed(tmp_path: Path) -> None:
    refused(saved(tmp_path, x=IMAGES, y=np.array([object()] * 24, object)), "bad_npz", "images.npz")


def test_what_is_no_npz_no_parquet_and_no_image_is_named(tmp_path: Path) -> None:
    for name, code in (("a.npz", "bad_npz"), ("a.parquet", "bad_parquet"), ("a.csv", "no_images")):
        (tmp_path / name).write_bytes(b"not that")
        refused(tmp_path / name, code, name)
    (tmp_path / "cat").mkdir()
    (tmp_path / "cat/1.png").write_bytes(b"not that")
    refused(tmp_path, "not_an_image", "cat/1.png")


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hanok.systems.quantize.reading.MOST_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("x.npy", bytes(2000))
    refused(tmp_path / "a.npz", "too_large", "2000 bytes")


@pytest.mark.parametrize(("image", "code"), [(None, "no_image"), (b"no image at all", "not_an_image")])
def test_a_bad_row_of_parquet_is_named(tmp_path: Path, image: bytes | None, code: str) -> None:
    pl.DataFrame({"image": [png(IMAGES[0]), image], "label": ["a", "b"]}).write_parquet(tmp_path / "a.parquet")
    refused(tmp_path / "a.parquet", code, "row 2")


def test_a_model_that_is_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty/notes.txt").write_text("", encoding="utf-8")
    with pytest.raises(NotFound, match=r"\.onnx"):
        Quantize.read(Sources(images=saved(tmp_path, x=IMAGES, y=LABELS), model=tmp_path / "empty"))


# -- folds -------------------------------------------------------------------------------------------------------------


def test_every_class_is_in_every_part_and_no_image_in_two(fold: Any) -> None:
    parts = fold.train, fold.valid, fold.test
    assert all(set(part.labels.tolist()) == {0, 1, 2} for part in parts)
    seen = [image.tobytes() for part in parts for image in part.images]
    assert len(set(seen)) == len(seen) == 120


def test_a_rare_class_is_learnt_from_only() -> None:
    labels = ["a"] * 12 + ["b"] * 11 + ["rare"]
    [fold] = Quantize.folds(Data.of(IMAGES, labels), Config(), seed=0)
    assert 2 in fold.train.labels
    assert {2}.isdisjoint([*fold.valid.labels.tolist(), *fold.test.labels.tolist()])


@pytest.mark.parametrize("labels", [["a"] * 24, ["a"] * 22 + ["b"] * 2])
def test_too_little_is_refused(labels: list[str]) -> None:
    with pytest.raises(Problem) as caught:
        list(Quantize.folds(Data.of(IMAGES, labels), Config(), seed=0))
    assert caught.value.code == "too_few"
