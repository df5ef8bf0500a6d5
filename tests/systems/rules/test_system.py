from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hanok.core.contract import Fold
from hanok.core.ledger import Event
from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.systems.rules import Competition, Config, Data, Entry, Rules, Suggestions, Verdict
from hanok.systems.rules.graph import Graph, faithful
from hanok.systems.rules.model import Model
from hanok.systems.rules.optimization import _refuse_other_rankings, given

RUN = Run(threads=1)


def event(rules: Rules, item: Competition, /, **verdict: Any) -> Event[Competition, Suggestions, Verdict]:
    return Event(1, item, rules(item), Verdict(**verdict))


def names(output: Suggestions) -> list[str]:
    return [rule.rule for rule in output.rules]


# -- answers -----------------------------------------------------------------------------------------------------------


def test_rules_that_fit_the_game_and_the_level_come_first(rules: Rules) -> None:
    found = names(rules(Competition(features={"game": "바둑", "level": "school", "sides": "8"}, k=8)))
    assert "Komi 6.5" in found
    assert "School team only" in found
    assert "Map veto" not in found


def test_features_may_be_numbers_lists_and_of_any_case(rules: Rules) -> None:
    plain = Competition(features={"game": "Futsal", "sides": "16", "tags": "mixed | streamed"})
    rich = Competition.model_validate({"features": {"Game": "FUTSAL", "sides": 16, "tags": ["mixed", "streamed"]}})
    assert names(rules(plain)) == names(rules(rich))


def test_each_rule_says_what_speaks_for_it(rules: Rules) -> None:
    found = rules(Competition(features={"game": "바둑", "level": "pro"}, k=20)).rules
    komi = next(rule for rule in found if rule.rule == "Komi 6.5")
    assert komi.features == ["game: 바둑"]
    assert komi.text.startswith("White is given")
    assert "in the catalogue for 바둑" in komi.legal
    assert komi.like
    contract = next(rule for rule in found if rule.rule == "Contract check")
    assert contract.features[0] == "level: pro"


def test_probabilities_fall_and_k_limits_them(rules: Rules) -> None:
    item = Competition(features={"game": "Futsal"}, k=30)
    found = [rule.probability for rule in rules(item).rules]
    assert found == sorted(found, reverse=True)
    assert len(names(rules(Competition(features={"game": "Futsal"}, k=3)))) == 3
    assert found[0] > 0.4 > found[-1]


def test_chosen_rules_are_not_suggested_again_and_change_the_rest(rules: Rules) -> None:
    features = {"game": "Tanuki Tactics"}
    without = rules(Competition(features=features, k=10))
    chosen = ["consent of parents", "School team only"]
    found = rules(Competition(features=features, chosen=chosen, k=10))
    assert not {"Consent of parents", "School team only"} & set(names(found))
    chance = {rule.rule: rule.probability for rule in rules(Competition(features=features, k=60)).rules}
    after = {rule.rule: rule.probability for rule in rules(Competition(features=features, chosen=chosen, k=60)).rules}
    assert after["Age check"] > chance["Age check"]
    assert names(without) != names(found)


def test_the_catalogue_says_what_a_game_may_have(rules: Rules) -> None:
    everything = names(rules(Competition(features={"game": "Futsal"}, k=100)))
    assert not {"Komi 6.5", "Side out scoring", "Byo-yomi"} & set(everything)
    borrowed = names(rules(Competition(features={"game": "Futsal"}, game="바둑", k=100)))
    assert "Komi 6.5" in borrowed


def test_strict_means_only_what_the_game_had_before(rules: Rules, fold: Fold[Data]) -> None:
    strict = rules.reconfigure(rules.config.model_copy(update={"strict": True}))
    found = set(names(strict(Competition(features={"game": "Futsal"}, k=100))))
    seen = {
        rule
        for game, taken in zip(fold.train.games, fold.train.rules, strict=True)
        if game == "Futsal"
        for rule in taken
    }
    listed = {rule for rule, entry in fold.train.catalogue.items() if "futsal" in entry.games}
    assert found == seen | (listed & set(rules.room.rules))
    assert not rules.config.strict
    with pytest.raises(Problem, match="without a stage"):
        rules.reconfigure(Config(factors=5))


def test_what_cannot_be_used_is_said_and_says_nothing(rules: Rules) -> None:
    item = Competition(features={"gamee": "바둑", "level": "divine", "sides": "many"}, chosen=["No such rule"])
    output = rules(item)
    assert names(output) == names(rules(Competition()))
    assert len(output.notes) == 4
    assert "did you mean game?" in output.notes[0]
    assert rules.review(item, output) == output.notes[0]


def test_of_an_unknown_game_all_rules_are_candidates(rules: Rules) -> None:
    output = rules(Competition(features={"game": "Chess", "level": "pro"}, k=100))
    assert len(output.rules) == len(rules.room.rules)
    assert any("no rules are known for the game 'Chess'" in note for note in output.notes)


def test_a_competition_of_which_all_is_known_needs_no_review(rules: Rules) -> None:
    item = Competition(features={"game": "바둑", "level": "school"})
    assert rules.review(item, rules(item)) is None
    assert rules.review(item, Suggestions(rules=[])) == "no rule is likely"


# -- learning ----------------------------------------------------------------------------------------------------------


def test_the_final_rules_of_organisers_are_learnt_and_kept(rules: Rules, fold: Fold[Data], tmp_path: Path) -> None:
    features = {"game": "Kabaddi", "level": "pro", "sides": "8"}
    item = Competition(features=features)
    events = [event(rules, item, rules=["Raid of thirty seconds", "Doping control"])]
    once = rules.learn(fold, events, RUN)
    assert "Raid of thirty seconds" in names(once(Competition(features=features, k=30)))
    once.save(tmp_path)
    once = Rules(once.config)
    once.load(tmp_path)
    other = Competition(features={"game": "Futsal"}, chosen=["Free entry"])
    twice = once.learn(fold, [event(once, other, rule="Golden goal")], RUN)
    assert twice.room.told is not None
    assert [list(taken) for taken in twice.room.told.rules] == [
        ["Raid of thirty seconds", "Doping control"],
        ["Free entry", "Golden goal"],
    ]
    assert "Raid of thirty seconds" in twice.room.rules
    assert "Raid of thirty seconds" not in rules.room.rules


def test_what_was_declined_is_not_learnt(rules: Rules, fold: Fold[Data]) -> None:
    item = Competition(features={"game": "Futsal"})
    events = [event(rules, item, rule="Golden goal"), event(rules, item, declined=["Golden goal"])]
    with pytest.raises(Problem) as caught:
        rules.learn(fold, events, RUN)
    assert caught.value.code == "nothing_to_learn"


def test_reward_is_the_share_of_taken_rules_that_were_shown(rules: Rules) -> None:
    item = Competition(features={"game": "바둑"}, k=5)
    first, second = names(rules(item))[:2]
    assert Rules.reward(event(rules, item, rule=first)) == 1
    assert Rules.reward(event(rules, item, rules=[first, "Something else", second, "More"])) == 0.5
    assert Rules.reward(event(rules, item, declined=[first])) == 0
    assert Rules.reward(event(rules, item)) is None


# -- optimising --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["als", "direct", "blend"])
@pytest.mark.parametrize("kernel", ["linear", "rbf"])
def test_the_smaller_graph_ranks_all_competitions_alike(fold: Fold[Data], method: str, kernel: str) -> None:
    pytest.importorskip("onnx")
    config = Config.model_validate({"method": method, "kernel": kernel, "factors": 8})
    rules = Rules(config).fit(fold.train, fold.valid, RUN)
    small = rules.optimize(fold.valid, RUN)
    model = rules.room.scorer
    assert isinstance(model, Model)
    slow = Graph(faithful(model).SerializeToString(), np.arange(len(model.past.mean)))
    for part in (fold.train, fold.valid, fold.test):
        features, chosen, legal = given(rules.room, part)
        half = chosen.copy()
        half[:, ::7] = 1
        for history in (chosen, half):
            ids = [s.rank(features, history, legal, 50)[0] for s in (model, slow, small.room.scorer)]
            np.testing.assert_array_equal(ids[0], ids[1])
            np.testing.assert_array_equal(ids[0], ids[2])
    graph = small.room.graph
    assert graph["operations after"] <= 0.6 * graph["operations before"]
    assert graph["features after"] < graph["features before"]
    assert graph["multiplications after"] <= graph["multiplications before"] * 1.05


def test_the_optimised_system_answers_alike_and_says_what_was_saved(
    rules: Rules, optimized: Rules, fold: Fold[Data]
) -> None:
    for features in fold.test.features:
        item = Competition(features=dict(features), k=20)
        ours, theirs = optimized(item), rules(item)
        assert names(ours) == names(theirs)
        assert [rule.features for rule in ours.rules] == [rule.features for rule in theirs.rules]
    tables = {table.title: table for table in optimized.evaluate(fold.test).tables}
    assert tables["Operations"].rows[0][0] == "operations"
    assert "Operations" not in {table.title for table in rules.evaluate(fold.test).tables}


def test_serving_what_was_optimised_imports_nothing_that_fits(optimized: Rules, tmp_path: Path) -> None:
    optimized.save(tmp_path)
    code = (
        "import sys; from pathlib import Path; from hanok.systems.rules import Rules, Config, Competition\n"
        f"rules = Rules(Config.model_validate_json({optimized.config.model_dump_json()!r}))\n"
        f"rules.load(Path({str(tmp_path)!r}))\n"
        "print(rules(Competition(features={'game': 'Futsal'}, k=1)).rules[0].rule)\n"
        "print([name for name in ('numba', 'sklearn', 'scipy', 'onnx', 'polars', 'torch') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    rule, libraries = done.stdout.splitlines()
    assert rule == names(optimized(Competition(features={"game": "Futsal"}, k=1)))[0]
    assert libraries == "[]"


def test_what_was_optimised_is_loaded_as_it_was(optimized: Rules, tmp_path: Path) -> None:
    optimized.save(tmp_path)
    loaded = Rules(optimized.config)
    loaded.load(tmp_path)
    item = Competition(features={"game": "장기", "tags": "blitz"}, chosen=["Free entry"])
    assert loaded(item) == optimized(item)
    assert loaded.room.graph == optimized.room.graph
    with pytest.raises(Problem, match="optimised already"):
        loaded.optimize(Data.of([], []), RUN)


def test_a_graph_that_ranks_otherwise_is_refused(optimized: Rules, fold: Fold[Data]) -> None:
    scorer = optimized.room.scorer
    assert isinstance(scorer, Graph)
    items = given(optimized.room, fold.valid)
    _refuse_other_rankings(scorer, scorer, items)
    with pytest.raises(Problem) as caught:
        _refuse_other_rankings(scorer, Graph(scorer.onnx, scorer.kept[::-1]), items)
    assert caught.value.code == "other_ranking"


def test_nearest_neighbours_cannot_be_optimised_but_answer(fold: Fold[Data]) -> None:
    pytest.importorskip("onnx")
    rules = Rules(Config(method="knn", factors=4)).fit(fold.train, fold.valid, RUN)
    assert len(names(rules(Competition(features={"game": "Futsal"}, k=4)))) == 4
    with pytest.raises(Problem) as caught:
        rules.optimize(fold.valid, RUN)
    assert caught.value.code == "cannot_optimize"


# -- reports -----------------------------------------------------------------------------------------------------------


def test_the_report_stands_beside_simpler_answers_and_says_what_was_dropped(rules: Rules, fold: Fold[Data]) -> None:
    report = rules.evaluate(fold.test)
    tables = {table.title: table for table in report.tables}
    assert [row[0] for row in tables["Beside simpler answers"].rows][:2] == [
        "this model",
        "commonest rules of the game",
    ]
    assert report["ndcg@10"].value > report["ndcg@10"].of(report["ndcg@10"].baseline)  # type: ignore[arg-type]
    dropped = {str(row[0]): str(row[2]) for row in tables["Features dropped"].rows}
    assert dropped["platform: hanok cup server"] == "never varies"
    assert set(report.slices) >= {"game", "level"}
    assert {"this model", "commonest rules"} <= {series.name for series in report.charts[0].series}


def test_rules_nobody_had_count_as_missed(rules: Rules, fold: Fold[Data]) -> None:
    foreign = replace(fold.test, rules=[["Never heard of"] for _ in fold.test.rules])
    report = rules.evaluate(foreign)
    assert report["recall@10"].value == 0
    assert any("had by no past competition" in note for note in report.notes)


# -- fits that fail, and odd data --------------------------------------------------------------------------------------


def test_one_rule_is_nothing_to_choose_from() -> None:
    data = Data.of([{"g": str(i % 2)} for i in range(10)], [["only"]] * 10)
    with pytest.raises(Problem) as caught:
        Rules(Config()).fit(data, data, RUN)
    assert caught.value.code == "one_rule"


def test_constant_features_leave_the_commonest_rules() -> None:
    data = Data.of([{"game": "Go"}] * 20, [["a", "b"] if i % 4 else ["a"] for i in range(20)])
    rules = Rules(Config(factors=4)).fit(data, data, RUN)
    assert names(rules(Competition(features={"game": "Go"}))) == ["a", "b"]


def test_missing_values_and_few_competitions_are_enough() -> None:
    features = [{"game": "Go"}, {}, {"level": "pro"}, {"game": "Shogi"}, {"game": "Go", "level": "pro"}, {"game": "Go"}]
    data = Data.of(features, [["a", "b"], ["b"], ["c", "b"], ["c"], ["a", "c"], ["a"]])
    fold = next(iter(Rules.folds(data, Config(), seed=0)))
    rules = Rules(Config(factors=4)).fit(data, fold.train, RUN)
    assert names(rules(Competition(features={"game": "Go"}, k=1))) == ["a"]


def test_scores_that_say_nothing_are_refused() -> None:
    past = Data.of([{"game": g} for g in "xyxyxyxyxy"], [["a"], ["b"]] * 5)
    turned = Data.of([{"game": g} for g in "xyxyxyxyxy"], [["b"], ["a"]] * 5)
    with pytest.raises(Problem) as caught:
        Rules(Config(factors=4)).fit(past, turned, RUN)
    assert caught.value.code == "degenerate_fit"


def test_rules_that_always_come_together_keep_one_order() -> None:
    data = Data.of([{"game": g} for g in "xyzxyz"], [["q", "p", "r"], ["s"], ["p", "q", "r"]] * 2)
    rules = Rules(Config(factors=4)).fit(data, data, RUN)
    assert names(rules(Competition(features={"game": "x"}, k=3))) == ["p", "q", "r"]


def test_a_rule_may_be_named_without_its_kind_where_that_is_clear() -> None:
    data = Data.of(
        [{"game": g} for g in "xyxyxy"], [["ban: a", "rule: b"], ["rule: a", "rule: c"]] * 3, ["ban", "rule"]
    )
    data = replace(data, catalogue={"ban: a": Entry("No a.", ("x",))})
    rules = Rules(Config(factors=4)).fit(data, data, RUN)
    assert "rule: b" not in names(rules(Competition(features={"game": "x"}, chosen=["B"])))
    assert rules(Competition(features={"game": "x"}, chosen=["a"])).notes == [
        "the rule 'a' was never seen: it says nothing"
    ]
    assert "ban: a" not in names(rules(Competition(features={"game": "y"})))
    assert rules(Competition(features={"game": "x"}, k=1)).rules[0].kind in ("ban", "rule")


# -- real data ---------------------------------------------------------------------------------------------------------


def test_real_competitions_are_answered_better_than_by_popularity(data: Path) -> None:
    from benchmarks.rules import read

    whole = read("rule")
    fold = next(iter(Rules.folds(whole, Config(), seed=0)))
    report = Rules(Config()).fit(fold.train, fold.valid, RUN).evaluate(fold.test)
    baseline = report["ndcg@10"].baseline
    assert baseline is not None
    assert report["ndcg@10"].value > 1.5 * baseline.mean()
