import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hanok.core.contract import Fold
from hanok.core.ledger import Event
from hanok.core.problem import NotFound, Problem, Stopped
from hanok.core.run import Progress, Run
from hanok.systems.comics import Catalogue, Choice, Comics, Config, Data, Shelf, Wish

Fit = Callable[..., Comics]
QUICK = Config(factors=8, alpha0=0.3, regularization=0.03, iterations=5, epochs=10)


def titles(shelf: Shelf) -> list[str]:
    return [entry.item for entry in shelf.entries]


def genre(shelf: Shelf, first: int = 5) -> set[str]:
    return {entry.genre for entry in shelf.entries[:first]}


def problem(comics: Comics, wish: Wish) -> Problem:
    found = comics.predict([wish])[0]
    assert isinstance(found, Problem)
    return found


def read_by(comics: Comics, user: str) -> set[str]:
    found = comics.state.has_read(user)
    assert found is not None
    return {comics.state.train.catalogue.items[n] for n in found}


# -- for whom ----------------------------------------------------------------------------------------------------------


def test_a_known_reader_gets_comics_of_the_same_taste_and_nothing_read_before(comics: Comics) -> None:
    for user, liked in (("r0", "海"), ("r1", "剣"), ("r2", "星")):
        shelf = comics(Wish(user=user, k=2))
        assert shelf.by == "fusion"
        assert genre(shelf, 2) == {liked}
        everything = comics(Wish(user=user, k=100))
        assert not read_by(comics, user) & set(titles(everything))
        assert read_by(comics, user) | set(titles(everything)) == set(comics.state.train.catalogue.items)


def test_a_new_reader_is_known_by_what_they_have_read(comics: Comics) -> None:
    shelf = comics(Wish(history=["c1", "c4"]))
    assert genre(shelf) == {"剣"}
    assert not {"c1", "c4"} & set(titles(shelf))


def test_comics_like_one_leave_out_that_one_and_what_the_reader_has_read(comics: Comics) -> None:
    assert genre(comics(Wish(item="c2"))) == {"星"}
    assert "c2" not in titles(comics(Wish(item="c2", k=100)))
    both = comics(Wish(item="c2", user="r1", k=100))
    assert genre(both, 3) == {"星"}  # it goes by the comic, not by the reader
    assert not (read_by(comics, "r1") | {"c2"}) & set(titles(both))


def test_what_was_read_since_counts_too(comics: Comics) -> None:
    since = [item for item in ("c2", "c5", "c8", "c11", "c14", "c17") if item not in read_by(comics, "r0")]
    shelf = comics(Wish(user="r0", history=since, k=100))
    assert not set(since) & set(titles(shelf))
    assert shelf.entries != comics(Wish(user="r0", k=100)).entries


def test_the_order_of_the_history_and_repetitions_do_not_matter(comics: Comics) -> None:
    assert comics(Wish(history=["c1", "c2", "c1"])) == comics(Wish(history=["c2", "c1"]))


def test_only_the_candidates_are_ranked_all_of_them(comics: Comics) -> None:
    chosen = ["c3", "c4", "c5", "c6"]
    shelf = comics(Wish(history=["c0", "c9", "c12"], items=chosen, k=10))
    assert sorted(titles(shelf)) == chosen
    assert genre(shelf, 2) == {"海"}


def test_k_limits_the_answer_and_changes_nothing_else(comics: Comics) -> None:
    many = comics(Wish(user="r0", k=9))
    assert comics(Wish(user="r0", k=3)).entries == many.entries[:3]


# -- nothing to go by --------------------------------------------------------------------------------------------------


def test_of_nobody_the_most_read_comics_are_given_and_it_is_said(comics: Comics) -> None:
    shelf = comics(Wish(k=24))
    assert shelf.by == "popularity"
    assert "most read" in shelf.note
    counts = [int(entry.why.split()[2]) for entry in shelf.entries]
    assert counts == sorted(counts, reverse=True)


def test_an_unknown_reader_is_a_problem_but_not_with_something_to_go_by(comics: Comics) -> None:
    found = problem(comics, Wish(user="nobody"))
    assert isinstance(found, NotFound)
    assert (found.code, found.where) == ("unknown_user", "user")
    shelf = comics(Wish(user="nobody", history=["c1"]))
    assert shelf.entries == comics(Wish(history=["c1"])).entries
    assert "nobody" in shelf.note
    assert comics(Wish(user="nobody", item="c1")).note


@pytest.mark.parametrize(
    ("wish", "where"),
    [
        (Wish(item="zzz"), "item"),
        (Wish(history=["c1", "zzz"]), "history.1"),
        (Wish(user="r0", items=["zzz"]), "items.0"),
    ],
)
def test_unknown_comics_are_named(comics: Comics, wish: Wish, where: str) -> None:
    found = problem(comics, wish)
    assert (found.code, found.where) == ("unknown_item", where)
    assert "zzz" in found.message


def test_a_bad_item_is_nobody_elses_problem(comics: Comics) -> None:
    good = Wish(user="r0")
    assert comics.predict([good, Wish(item="zzz"), good])[::2] == [comics(good)] * 2


def test_who_has_read_everything_gets_nothing(comics: Comics) -> None:
    everything = list(comics.state.train.catalogue.items)
    assert comics(Wish(history=everything)).entries == []


# -- why ---------------------------------------------------------------------------------------------------------------


def test_every_entry_says_who_ranked_it_where_and_because_of_what(comics: Comics) -> None:
    first = comics(Wish(history=["c1"])).entries[0]
    assert first.why.endswith("because of 剣の物語1")
    assert "text #" in first.why
    lists = comics.state.rankers.able
    assert [part.split()[0] for part in first.why.partition(",")[0].split(" · ")] == lists


def test_scores_fall(comics: Comics) -> None:
    scores = [entry.score for entry in comics(Wish(user="r3", k=100)).entries]
    assert scores == sorted(scores, reverse=True)


def test_a_single_ranker_says_so(comics: Comics) -> None:
    alone = comics.reconfigure(comics.config.model_copy(update={"weight_cf": 0, "weight_text": 0, "weight_image": 1}))
    shelf = alone(Wish(item="c0"))
    assert shelf.by == "image"
    assert all(entry.why.startswith("image #") for entry in shelf.entries[:7])


# -- fusion ------------------------------------------------------------------------------------------------------------


def test_reconfiguring_is_as_fitting_anew(world: dict[str, Path], fit: Fit, comics: Comics) -> None:
    wanted = {"fusion": "rrf", "weight_cf": 0.2, "weight_text": 0.7, "weight_image": 0.1}
    wishes = [Wish(user="r1"), Wish(item="c3"), Wish()]
    anew = fit(world, **wanted)
    assert comics.reconfigure(anew.config).predict(wishes) == anew.predict(wishes)


def test_fields_without_a_stage_need_a_new_fit(comics: Comics) -> None:
    with pytest.raises(Problem, match="without a stage"):
        comics.reconfigure(comics.config.model_copy(update={"pos": "all"}))


def test_weights_of_zero_are_refused(comics: Comics) -> None:
    none = {"weight_cf": 0, "weight_text": 0, "weight_image": 0}
    with pytest.raises(Problem) as caught:
        comics.reconfigure(comics.config.model_copy(update=none))
    assert caught.value.code == "no_weight"


def test_weights_not_given_are_found_and_the_answer_is_no_worse_than_the_best_ranker(
    world: dict[str, Path], fold: Fold[Data], fit: Fit
) -> None:
    found = fit(world)
    assert sum(found.state.blend.weights.values()) == pytest.approx(1)
    report = found.evaluate(fold.valid)
    if found.state.blend.fallback:
        best = max(report[f"ndcg@20 {ranker}"].value for ranker in found.state.rankers.able)
        assert report["ndcg@20"].value == pytest.approx(best, abs=1e-6)
        assert "did not win" in found.state.blend.why
    else:
        assert len([w for w in found.state.blend.weights.values() if w]) > 1


def test_where_covers_and_words_say_nothing_the_best_ranker_answers_alone(fold: Fold[Data]) -> None:
    catalogue = fold.train.catalogue
    rng = np.random.default_rng(0)
    garbled = ["".join(rng.choice(list("山川空木花鳥風月"), 12)) for _ in catalogue.items]
    strange = Catalogue(catalogue.items, garbled, garbled, catalogue.genres, catalogue.authors, [None] * len(catalogue))
    train, valid, test = (Data(strange, *list(vars(part).values())[1:]) for part in fold[1:])
    comics = Comics(QUICK).fit(train, valid, Run(threads=1))
    assert comics.state.blend.fallback
    shelf = comics(Wish(user="r0"))
    assert shelf.by == "cf"
    assert shelf.note == "Fusion did not win on validation: cf answers alone."
    report = comics.evaluate(test)
    assert any("Fusion did not win for certain, so cf answers alone" in note for note in report.notes)


# -- less data ---------------------------------------------------------------------------------------------------------


def test_without_covers_two_rankers_answer(world: dict[str, Path], fit: Fit) -> None:
    comics = fit({name: path for name, path in world.items() if name != "covers"})
    assert comics.state.rankers.able == ["cf", "text"]
    assert all(entry.cover is None for entry in comics(Wish(user="r0")).entries)
    assert any("No folder of covers" in note for note in comics.state.notes)


def test_comics_nobody_has_read_are_still_found_by_synopsis_and_cover(world: dict[str, Path], fit: Fit) -> None:
    reads = world["reads"].read_text(encoding="utf-8").splitlines()
    fewer = world["reads"].with_name("fewer.csv")
    fewer.write_text("\n".join(line for line in reads if ",c3," not in line) + "\n", encoding="utf-8")
    weights = {"weight_cf": 0.2, "weight_text": 0.5, "weight_image": 0.3}
    comics = fit({**world, "reads": fewer}, **weights)
    shelf = comics(Wish(item="c0", k=60))
    unread = next(entry for entry in shelf.entries if entry.item == "c3")
    assert "cf" not in unread.why
    assert "text" in unread.why
    assert genre(comics(Wish(item="c3"))) == {"海"}  # and the other way round


def test_two_comics_are_enough_to_answer() -> None:
    catalogue = Catalogue(["a", "b", "c"], ["A", "B", "C"], [""] * 3, [""] * 3, [""] * 3, [None] * 3)
    data = Data.of(catalogue, [(f"r{n}", item) for n in range(4) for item in "abc"])
    fold = next(iter(Comics.folds(data, QUICK, seed=0)))
    comics = Comics(QUICK).fit(fold.train, fold.valid, Run(threads=1))
    assert titles(comics(Wish(history=["a", "b"]))) == ["c"]
    assert comics(Wish(history=["a"])).by == "cf"


def test_without_validation_readers_the_collaborative_ranker_answers(fold: Fold[Data]) -> None:
    nobody = fold.valid.take(np.zeros(len(fold.valid), bool))
    comics = Comics(Config(factors=8)).fit(fold.train, nobody, Run(threads=1))
    assert comics(Wish(user="r0")).by == "cf"
    assert "nothing to find weights on" in comics.state.blend.why


def test_nothing_to_learn_from_is_refused(fold: Fold[Data]) -> None:
    nothing = fold.train.take(np.zeros(len(fold.train), bool))
    with pytest.raises(Problem) as caught:
        Comics(QUICK).fit(nothing, fold.valid, Run())
    assert caught.value.code == "no_reads"


# -- files -------------------------------------------------------------------------------------------------------------


def test_what_was_loaded_can_be_reconfigured_and_saved_again(comics: Comics, tmp_path: Path) -> None:
    wishes = [Wish(user="r0"), Wish(item="c1"), Wish()]
    system = comics
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        system.save(tmp_path / place)
        system = Comics(comics.config)
        system.load(tmp_path / place)
        assert system.predict(wishes) == comics.predict(wishes)
    other = comics.config.model_copy(update={"fusion": "wsum", "weight_text": 0.9})
    assert system.reconfigure(other).predict(wishes) == comics.reconfigure(other).predict(wishes)


def test_covers_are_assets_under_safe_names(comics: Comics, tmp_path: Path) -> None:
    comics.save(tmp_path)
    shelf = comics(Wish(user="r0", k=100))
    for entry in shelf.entries:
        assert entry.cover is not None
        assert entry.cover == Path(entry.cover).name
        assert (tmp_path / "assets" / entry.cover).read_bytes()[8:12] == b"WEBP"


def test_ids_make_no_paths(fold: Fold[Data], tmp_path: Path, world: dict[str, Path]) -> None:
    old = fold.train.catalogue
    ids = [f"../../{n}/\0é" for n in range(len(old))]
    strange = Catalogue(ids, old.titles, old.synopses, old.genres, old.authors, old.covers)
    train, valid, _ = (Data(strange, *list(vars(part).values())[1:]) for part in fold[1:])
    comics = Comics(QUICK).fit(train, valid, Run(threads=1))
    comics.save(tmp_path)
    names = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert len(names) == 3 + len(old)
    assert all(name.count("/") == name.startswith("assets/") for name in names)


def test_readers_are_kept_as_names_only_in_json(comics: Comics, tmp_path: Path) -> None:
    comics.save(tmp_path)
    texts = json.loads((tmp_path / "comics.json").read_text(encoding="utf-8"))
    assert texts["names"] == list(comics.state.train.names)


# -- learning ----------------------------------------------------------------------------------------------------------


def event(comics: Comics, wish: Wish, item: str | None) -> Event[Wish, Shelf, Choice]:
    return Event(1, wish, comics(wish), None if item is None else Choice(item=item))


def test_chosen_comics_count_as_read(comics: Comics, fold: Fold[Data]) -> None:
    events = [
        event(comics, Wish(user="newcomer", history=["c1", "c4"]), "c7"),
        event(comics, Wish(user="r0"), "c2"),
        event(comics, Wish(user="r0"), "zzz"),
        event(comics, Wish(user="r1"), None),
    ]
    secret = {pair for part in (fold.valid, fold.test) for pair in part.take(part.judged).pairs()}
    new = comics.learn(fold, events, Run(threads=1))
    assert read_by(new, "newcomer") == {"c1", "c4", "c7"}
    assert genre(new(Wish(user="newcomer")), 3) == {"剣"}
    assert ("c2" in read_by(new, "r0")) == (("r0", "c2") not in secret)
    assert comics.state.has_read("newcomer") is None  # the old one goes on as it was


def test_what_was_learnt_before_is_not_forgotten(comics: Comics, fold: Fold[Data]) -> None:
    once = comics.learn(fold, [event(comics, Wish(user="a", history=["c1"]), "c4")], Run(threads=1))
    twice = once.learn(fold, [event(once, Wish(user="b", history=["c2"]), "c5")], Run(threads=1))
    assert read_by(twice, "a") == {"c1", "c4"}
    assert read_by(twice, "b") == {"c2", "c5"}


def test_what_the_test_asks_is_not_learnt(comics: Comics, fold: Fold[Data]) -> None:
    asked = fold.test.take(fold.test.judged).pairs()
    events = [event(comics, Wish(user=user), item) for user, item in asked]
    with pytest.raises(Problem) as caught:
        comics.learn(fold, events, Run(threads=1))
    assert caught.value.code == "nothing_to_learn"


def test_nothing_is_learnt_of_nobody(comics: Comics, fold: Fold[Data]) -> None:
    with pytest.raises(Problem) as caught:
        comics.learn(fold, [event(comics, Wish(history=["c1"]), "c4")], Run(threads=1))
    assert caught.value.code == "nothing_to_learn"


def test_a_choice_among_those_given_is_rewarded(comics: Comics) -> None:
    shelf = comics(Wish(user="r0", k=3))
    assert Comics.reward(event(comics, Wish(user="r0", k=3), shelf.entries[2].item)) == 1
    assert Comics.reward(event(comics, Wish(user="r0", k=3), "c0" if "c0" not in titles(shelf) else "c1")) == 0
    assert Comics.reward(event(comics, Wish(user="r0"), None)) is None


# -- progress ----------------------------------------------------------------------------------------------------------


def test_progress_is_told_in_stages_and_can_stop_the_fit(fold: Fold[Data]) -> None:
    seen: list[Progress] = []
    Comics(QUICK).fit(fold.train, fold.valid, Run(threads=1, listener=seen.append))
    assert list(dict.fromkeys(progress.stage for progress in seen)) == ["covers", "text", "cf"]
    assert all(progress.step <= (progress.total or 0) for progress in seen)
    for stage in ("covers", "text", "cf"):

        def stop(progress: Progress, stage: str = stage) -> None:
            if progress.stage == stage:
                raise Stopped

        with pytest.raises(Stopped):
            Comics(QUICK).fit(fold.train, fold.valid, Run(threads=1, listener=stop))
