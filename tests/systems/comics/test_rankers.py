"""Covers, synopses and the rankers made of them."""

import sys
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hanok.core.contract import Fold
from hanok.core.run import Run
from hanok.parts.text import morphemes as analyser
from hanok.systems.comics import Catalogue, Comics, Config, Data
from hanok.systems.comics.covers import look
from hanok.systems.comics.synopses import tell


def of(titles: list[str], synopses: list[str] | None = None, covers: list[Path | None] | None = None) -> Catalogue:
    n = len(titles)
    ids = [f"c{i}" for i in range(n)]
    return Catalogue(ids, titles, synopses or [""] * n, [""] * n, [""] * n, covers or [None] * n)


# -- synopses ----------------------------------------------------------------------------------------------------------


def test_comics_of_one_genre_are_alike_by_their_words(fold: Fold[Data]) -> None:
    vectors = tell(fold.train.catalogue, Config(), Run()).vectors
    alike = vectors @ vectors.T
    np.fill_diagonal(alike, -1)
    genres = np.array(fold.train.catalogue.genres)
    assert (genres[alike.argmax(axis=1)] == genres).all()


def test_the_parts_of_speech_are_said(fold: Fold[Data]) -> None:
    notes = [
        tell(fold.train.catalogue, Config(pos=pos, epochs=1), Run()).note for pos in ("nouns", "nouns+verbs", "all")
    ]  # type: ignore[arg-type]
    assert len(set(notes)) == 3
    assert "pronouns." in notes[0]


def test_without_a_synopsis_the_title_is_compared() -> None:
    own_words = (
        ["船長", "嵐", "人魚", "宝", "島"],
        ["剣士", "城", "王", "刀", "姫"],
        ["宇宙", "惑星", "電波", "火星", "基地"],
    )
    pairs = [(world, f"{a}と{b}") for world, own in enumerate(own_words) for a, b in combinations(own, 2)]
    vectors = tell(of([title for _, title in pairs]), Config(epochs=50), Run()).vectors
    alike = vectors @ vectors.T
    worlds = np.array([world for world, _ in pairs])
    same = worlds[:, None] == worlds
    np.fill_diagonal(same, False)
    assert alike[same].mean() > alike[worlds[:, None] != worlds].mean() + 0.05


@pytest.mark.parametrize("titles", [["猫", "竜"], ["!!", "??"], ["猫", "猫", "猫"]])
def test_where_words_tell_nothing_apart_the_ranker_has_no_say(titles: list[str]) -> None:
    told = tell(of(titles), Config(), Run())
    assert not told.vectors.any()
    assert "no say" in told.note


def test_without_the_analyser_words_are_cut_by_script_and_it_is_said(
    fold: Fold[Data], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = sys.modules[analyser.__module__]
    monkeypatch.setitem(sys.modules, "fugashi", None)
    monkeypatch.delattr(module._mine, "tagger", raising=False)  # type: ignore[attr-defined]
    module._analyser.cache_clear()  # type: ignore[attr-defined]
    told = tell(fold.train.catalogue, Config(epochs=1), Run())
    assert told.vectors.any()
    assert "pip install 'hanok[text]'" in told.note


# -- covers ------------------------------------------------------------------------------------------------------------


def test_comics_of_one_genre_look_alike(fold: Fold[Data]) -> None:
    seen = look(fold.train.catalogue, Run())
    alike = seen.vectors @ seen.vectors.T
    np.fill_diagonal(alike, -1)
    genres = np.array(fold.train.catalogue.genres)
    assert (genres[alike.argmax(axis=1)] == genres).mean() > 0.8
    assert np.linalg.norm(seen.vectors, axis=1) == pytest.approx(1, abs=1e-2)


def test_what_is_no_picture_counts_as_none_and_is_named(tmp_path: Path) -> None:
    good, cut, text = tmp_path / "good.png", tmp_path / "cut.png", tmp_path / "text.png"
    Image.fromarray(np.full((40, 30, 3), 90, np.uint8)).save(good)
    cut.write_bytes(good.read_bytes()[:40])
    text.write_text("no picture")
    seen = look(of(["a", "b", "c", "d"], covers=[good, cut, text, None]), Run())
    assert seen.vectors.any(axis=1).tolist() == [True, False, False, False]
    assert [bool(name) for name in seen.names] == [True, False, False, False]
    assert "cut.png" in seen.notes[0]
    assert "text.png" in seen.notes[0]


def test_one_and_the_same_cover_everywhere_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "same.png"
    Image.fromarray(np.full((40, 30, 3), 90, np.uint8)).save(path)
    assert not look(of(["a", "b", "c"], covers=[path] * 3), Run()).vectors.any()


def test_small_covers_are_small(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    noise = np.random.default_rng(0).integers(0, 255, (900, 1200, 3), np.uint8)
    Image.fromarray(noise).save(path)
    seen = look(of(["a"], covers=[path]), Run())
    seen.pictures.write(tmp_path)
    with Image.open(tmp_path / "assets" / seen.names[0]) as small:
        assert max(small.size) == 240


# -- the three together ------------------------------------------------------------------------------------------------


def test_each_ranker_leaves_out_what_is_hidden_and_what_it_does_not_know(comics: Comics, fold: Fold[Data]) -> None:
    from hanok.systems.comics.asked import Asked

    asked = Asked.of(fold.test)
    candidates = np.array([1, 4, 7, 10])
    for known in (asked.known, asked.known._replace(candidates=candidates)):
        for ranked in comics.state.rankers.lists(known).values():
            for row, ids in enumerate(ranked.ids):
                given = ids[ids >= 0]
                assert len(set(given.tolist())) == len(given)
                assert not set(given) & set(known.hidden[row].indices)
                assert known.candidates is None or set(given) <= set(candidates.tolist())


def test_a_reader_of_unknown_pictures_gets_no_list_of_the_image_ranker(comics: Comics, fold: Fold[Data]) -> None:
    from hanok.systems.comics.asked import Asked

    blind = dict(comics.state.rankers.vectors)
    blind["image"] = blind["image"].copy()
    asked = Asked.of(fold.test)
    blind["image"][asked.known.histories[0].indices] = 0
    ranked = replace(comics.state.rankers, vectors=blind).lists(asked.known)["image"]
    assert (ranked.ids[0] == -1).all()
    assert (ranked.ids >= 0).any(axis=1).mean() > 0.5
