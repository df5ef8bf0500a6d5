from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from hanok.core.contract import Fold
from hanok.core.ledger import Event
from hanok.core.problem import NotFound, Problem
from hanok.core.run import Run
from hanok.parts.embedding import from_word2vec_text
from hanok.systems.network import Answer, Config, Data, Entry, Link, Measured, Network, Query
from hanok.systems.network.judged import judge

RUN = Run(threads=1)
SMALL = Config(vector_size=16, epochs=2, num_walks=10, walk_length=20, choices=2)


def names(output: Answer) -> list[str]:
    return [entry.node for entry in output.entries]


def event(network: Network, item: Query, /, **measured: Any) -> Event[Query, Answer, Measured]:
    return Event(1, item, Answer(entries=[]), Measured(**measured))


# -- answers -----------------------------------------------------------------------------------------------------------


def test_a_known_left_node_has_right_nodes_ranked_with_intervals(masked: Network) -> None:
    output = masked(Query(node="Sage", k=7))
    assert len(output.entries) == 7
    assert output.type == "plant"
    chances = [entry.probability for entry in output.entries]
    assert chances == sorted(chances, reverse=True)
    assert all(entry.low <= entry.probability <= entry.high for entry in output.entries)
    assert output.based_on[0].endswith("measured responses")
    assert "group" in output.based_on
    assert len(output.neighbours) == 5


def test_what_was_measured_is_flagged(masked: Network) -> None:
    room = masked.room
    output = masked(Query(node="Sage", k=100))
    row = room.own[list(room.lefts).index(room.network.index("Sage", "plant"))]
    labels = dict(zip((room.network.names[i] for i in room.rights), room.labels[row].tolist(), strict=True))
    for entry in output.entries:
        assert entry.measured == (None if np.isnan(labels[entry.node]) else bool(labels[entry.node]))
    assert {entry.measured for entry in output.entries} == {True, False, None}


def test_a_cold_node_rests_on_its_features_and_edges(cold: Network, folds: dict[str, Fold[Data]]) -> None:
    left = int(folds["cold nodes"].test.responses.left[0])
    output = cold(Query(node=cold.room.network.names[left]))
    assert not any("measured" in basis for basis in output.based_on)
    assert {entry.measured for entry in output.entries} == {None}
    assert output.neighbours  # by its edges it has a vector


def test_a_right_node_has_left_nodes_ranked(masked: Network) -> None:
    output = masked(Query(node="Aphid", k=12))
    assert len(output.entries) == 12
    assert output.type == "pest"
    assert set(names(output)) <= {masked.room.network.names[i] for i in masked.room.lefts}


def test_any_other_node_has_neighbours(cold: Network) -> None:
    output = cold(Query(node="loam"))
    assert not output.entries
    assert output.neighbours
    assert "see its neighbours" in output.notes[0]


def test_a_new_node_answers_as_one_with_the_same_features_and_edges(
    cold: Network, folds: dict[str, Fold[Data]]
) -> None:
    room, test = cold.room, folds["cold nodes"].test
    left = int(test.responses.left[0])
    row = room.evidence.links[[list(room.lefts).index(left)]]
    item = Query(
        features=dict(test.features[left]),
        edges=[
            Link(node=room.network.names[j], type=room.type_of(j), weight=float(w))
            for j, w in zip(row.indices.tolist(), row.data.tolist(), strict=True)
        ],
    )
    new, known = cold(item), cold(Query(node=room.network.names[left]))
    assert names(new) == names(known)
    assert new.based_on == known.based_on
    assert [e.probability for e in new.entries] == pytest.approx([e.probability for e in known.entries], abs=1e-3)


def test_what_cannot_be_used_of_a_new_node_is_said(cold: Network) -> None:
    output = cold(Query(features={"sugr": "9"}, edges=[Link(node="menthane-oll")]))
    assert output.based_on == ["nothing but what is usual"]
    assert "did you mean sugar?" in output.notes[0]
    assert "did you mean 'menthane-ol'" in output.notes[1]
    assert cold.review(Query(), output) == "nothing is known of it but what is usual"


def test_a_known_node_is_what_the_network_knows_of_it(cold: Network) -> None:
    plain, told = cold(Query(node="Sage")), cold(Query(node="Sage", features={"sugar": "99"}))
    assert plain.entries == told.entries
    assert "not those given" in told.notes[0]


def test_an_unknown_name_alone_is_a_problem_with_near_names(cold: Network) -> None:
    found = cold.predict([Query(node="sagge"), Query(), Query(node="Sage", type="pest")])
    assert isinstance(found[0], NotFound)
    assert "'Sage'" in found[0].hint
    assert isinstance(found[1], Problem)
    assert found[1].code == "nothing_asked"
    assert isinstance(found[2], NotFound)
    with pytest.raises(Problem, match="expected 'plant'"):
        cold(Query(node="new", type="pest", features={"sugar": "1"}))


def test_candidates_limit_what_is_ranked(cold: Network) -> None:
    output = cold(Query(node="Sage", candidates=["Slug", "Snail", "Slugg"]))
    assert sorted(names(output)) == ["Slug", "Snail"]
    assert output.notes == ["the candidate 'Slugg' is not known; did you mean 'Slug'?"]


def test_uncertain_answers_are_reviewed(cold: Network) -> None:
    wide = Entry(node="Slug", probability=0.5, low=0.1, high=0.9)
    assert cold.review(Query(), Answer(entries=[wide])) == "Slug is uncertain: 0.10 to 0.90"
    sure = Entry(node="Slug", probability=0.5, low=0.4, high=0.6)
    assert cold.review(Query(), Answer(entries=[wide.model_copy(update={"measured": True}), sure])) is None


def fitted(data: Data) -> Network:
    """On three pairs of four."""
    kept = np.arange(len(data)) % 4 > 0
    return Network(SMALL).fit(data.take(kept), data.take(~kept), RUN)


# -- odd networks ------------------------------------------------------------------------------------------------------


def test_a_name_that_two_types_share_is_asked_for_with_its_type() -> None:
    edges = [(f"c{i}", "cell", "c0", "gene", 1.0) for i in range(12)]
    data = Data.of(edges, [(f"c{i}", f"d{j}", (i + j) % 2 == 0, None) for i in range(12) for j in range(3)])
    network = fitted(data)
    with pytest.raises(Problem) as caught:
        network(Query(node="c0"))
    assert caught.value.code == "ambiguous_node"
    assert network(Query(node="c0", type="gene")).type == "gene"
    found = network.predict([Query(edges=[Link(node="c0")])])[0]
    assert isinstance(found, Problem)
    assert found.where == "edges 0 type"


def test_isolated_nodes_and_nodes_that_resist_nothing_are_learnt_with() -> None:
    edges = [(f"c{i}", "cell", f"g{i % 3}", "gene", 1.0) for i in range(11)]
    responses = [(f"c{i}", f"d{j}", i == 0 or (i + j) % 2 == 0, None) for i in range(12) for j in range(3)]
    data = Data.of(edges, responses, nodes=[("alone", "cell")])
    assert not (data.responses.label[data.responses.left == 0] == 0).any()  # c0 has no resistant list
    network = fitted(data)
    alone = network(Query(node="alone"))
    assert "its vector is zero" in alone.notes[-1]
    assert alone.neighbours == []
    assert alone.based_on == ["nothing but what is usual"]
    assert network(Query(node="c0")).neighbours


@pytest.mark.parametrize("change", [{"balance": True}, {"directed": True}, {"negatives": "plain"}])
def test_every_way_of_walking_gives_finite_vectors(folds: dict[str, Fold[Data]], change: dict[str, Any]) -> None:
    fold = folds["masked pairs"]
    network = Network(SMALL.model_copy(update=change)).fit(fold.train, fold.valid, RUN)
    assert np.isfinite(network.room.vectors).all()
    assert network.room.vectors[network.room.rights].any(axis=1).all()
    assert (len(network.room.lists) == 0) == (change == {"negatives": "plain"})


@pytest.mark.parametrize("model", ["gcn", "gtn"])
def test_graph_networks_fit_and_are_served_without_torch(
    folds: dict[str, Fold[Data]], model: str, tmp_path: Path
) -> None:
    pytest.importorskip("torch")
    fold = folds["masked pairs"]
    config = SMALL.model_copy(update={"model": model, "gnn_epochs": 3})
    network = Network(config).fit(fold.train, fold.valid, RUN)
    network.save(tmp_path)
    code = (
        "import sys; from pathlib import Path; from hanok.systems.network import Network, Config, Query\n"
        f"network = Network(Config.model_validate_json({config.model_dump_json()!r}))\n"
        f"network.load(Path({str(tmp_path)!r}))\n"
        "print(network(Query(node='Sage', k=1)).entries[0].node)\n"
        "print([name for name in ('torch', 'polars', 'numba', 'sklearn') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0] == names(network(Query(node="Sage", k=1)))[0]
    assert "torch" not in done.stdout.splitlines()[1]


def test_one_kind_of_response_is_nothing_to_learn_from(folds: dict[str, Fold[Data]]) -> None:
    train = folds["cold nodes"].train
    with pytest.raises(Problem) as caught:
        Network(SMALL).fit(train.take(train.responses.label), folds["cold nodes"].valid, RUN)
    assert caught.value.code == "one_label"


# -- leaks -------------------------------------------------------------------------------------------------------------


def pair(data: Data) -> tuple[int, int]:
    left, right = data.responses.pairs[0].tolist()
    return left, right


def test_a_held_out_pair_in_the_network_fails_the_evaluation(cold: Network, folds: dict[str, Fold[Data]]) -> None:
    test = folds["cold nodes"].test
    network, (left, right) = cold.room.network, pair(test)
    planted = network.adjacency.tolil()
    planted[right, left] = 1
    room = replace(cold.room, network=replace(network, adjacency=planted.tocsr()))
    refused(room, test, "is an edge")


def test_a_held_out_pair_among_the_negatives_fails_the_evaluation(
    masked: Network, folds: dict[str, Fold[Data]]
) -> None:
    test = folds["masked pairs"].test
    room = replace(masked.room, lists=np.vstack([masked.room.lists, [pair(test)]]))
    refused(room, test, "is in the list")


def test_features_that_hold_labels_fail_the_evaluation(example: Data) -> None:
    left = example.responses.left
    train, valid, test = (example.take(part) for part in (left % 6 == 0, left % 6 == 3, left % 3 > 0))
    room = Network(SMALL).fit(train, valid, RUN).room
    labels = example.responses.table(room.lefts, room.rights)
    evidence = replace(room.evidence, numbers=np.hstack([room.evidence.numbers, labels]))
    refused(replace(room, evidence=evidence), test, "features of plant")


def test_what_the_fit_is_given_is_looked_through_as_well(folds: dict[str, Fold[Data]]) -> None:
    fold = folds["masked pairs"]
    with pytest.raises(Problem) as caught:
        Network(SMALL).fit(fold.train, fold.train, RUN)
    assert caught.value.code == "leak"


def refused(room: Any, data: Data, how: str) -> None:
    with pytest.raises(Problem) as caught:
        judge(room, data)
    assert caught.value.code == "leak"
    assert how in str(caught.value)


# -- learning ----------------------------------------------------------------------------------------------------------


def test_measured_pairs_are_learnt_and_flagged(cold: Network, folds: dict[str, Fold[Data]], tmp_path: Path) -> None:
    fold = folds["cold nodes"]
    known = cold(Query(node="Peppermint", k=100))
    fresh = next(entry.node for entry in known.entries if entry.measured is None)
    asked = Query(node="Peppermint")
    once = cold.learn(fold, [event(cold, asked, other=fresh, responsive=True)], RUN)
    after = {entry.node: entry for entry in once(Query(node="Peppermint", k=100)).entries}
    assert after[fresh].measured is True
    assert len(once.room.learnt) == len(cold.room.learnt) + 1
    once.save(tmp_path)
    loaded = Network(SMALL)
    loaded.load(tmp_path)
    turned = event(loaded, Query(node=fresh), other="Peppermint", responsive=False)
    twice = loaded.learn(fold, [turned], RUN)
    assert {e.node: e.measured for e in twice(Query(node="Peppermint", k=100)).entries}[fresh] is False
    assert len(twice.room.learnt) == len(once.room.learnt)


def test_a_new_node_comes_in_with_its_edges_and_features(masked: Network, folds: dict[str, Fold[Data]]) -> None:
    fold = folds["masked pairs"]
    item = Query(node="Moon mint", features={"group": "mint family", "sugar": "9"}, edges=[Link(node="menthane-ol")])
    learnt = masked.learn(fold, [event(masked, item, other="Slug", responsive=True)], RUN)
    output = learnt(Query(node="Moon mint", k=100))
    assert {e.node: e.measured for e in output.entries}["Slug"] is True
    assert output.based_on[0] == "1 measured response"
    assert learnt.evaluate(fold.test)["auroc"].values.size == masked.evaluate(fold.test)["auroc"].values.size


def test_pairs_that_are_judged_by_are_not_learnt_from(masked: Network, folds: dict[str, Fold[Data]]) -> None:
    fold = folds["masked pairs"]
    left, right = (fold.test.network.names[i] for i in pair(fold.test))
    for item, told in (
        (Query(node=left), {"other": right}),
        (Query(), {"other": right}),
        (Query(node=left), {"other": "?"}),
    ):
        with pytest.raises(Problem) as caught:
            masked.learn(fold, [event(masked, item, responsive=True, **told)], RUN)
        assert caught.value.code == "nothing_to_learn"


# -- reports -----------------------------------------------------------------------------------------------------------


def test_the_report_draws_what_the_source_draws(cold: Network, folds: dict[str, Fold[Data]]) -> None:
    report = cold.evaluate(folds["cold nodes"].test)
    assert [measure.name for measure in report.measures] == ["auroc", "aupr"]
    assert report["auroc"].value > 0.6
    baseline = report["aupr"].baseline
    assert baseline is not None
    assert 0 < baseline.mean() < 1
    roc, _, histogram, heat, plane = report.charts
    assert [roc.title[:3], histogram.title, heat.kind, plane.title] == ["ROC", "Separation", "heat", "Map"]
    assert all(len(series.y) <= 60 for series in roc.series)
    assert [series.name for series in plane.series][:2] == ["plant", "pest"]
    tables = {table.title: table for table in report.tables}
    assert [row[0] for row in tables["Separation"].rows] == ["training", "held out"]
    assert "mint family" in [series.name for series in heat.series]
    assert all(len(series.y) == 20 for series in heat.series)
    assert "all are cold" in report.notes[0]
    assert any("the best: ridge" in note for note in report.notes)


def test_pairs_that_were_learnt_from_are_not_judged(
    masked: Network, folds: dict[str, Fold[Data]], example: Data
) -> None:
    fold = folds["masked pairs"]
    report = masked.evaluate(example)
    n = len(fold.train)
    assert f"{n} of {len(example)} pairs were learnt from: not judged." in report.notes
    assert "have other responses in training" in report.notes[0]
    with pytest.raises(Problem) as caught:
        masked.evaluate(fold.train)
    assert caught.value.code == "nothing_to_judge"


def test_other_networks_are_judged_by_names(masked: Network, folds: dict[str, Fold[Data]]) -> None:
    test = folds["masked pairs"].test
    shifted = test.grown([("0 first", "plant", "loam", "soil", 1.0)], {})
    assert shifted.network.index("Sage", "plant") != test.network.index("Sage", "plant")
    assert masked.evaluate(shifted).values() == masked.evaluate(test).values()


def test_left_nodes_the_network_never_saw_are_judged_by_what_comes_with_them(
    cold: Network, folds: dict[str, Fold[Data]]
) -> None:
    test = folds["cold nodes"].test
    network = test.network
    renamed = replace(
        network, names=[f"new {n}" if k == 1 else n for n, k in zip(network.names, kinds(test), strict=True)]
    )
    report = cold.evaluate(replace(test, network=renamed))
    assert any("are not in the network learnt from" in note for note in report.notes)
    assert report["auroc"].value == pytest.approx(cold.evaluate(test)["auroc"].value, abs=1e-6)


def kinds(data: Data) -> list[int]:
    """1 for left nodes."""
    left = data.network.type_names.index(data.left_type)
    return [int(kind == left) for kind in data.network.types.tolist()]


# -- files -------------------------------------------------------------------------------------------------------------


def test_vectors_are_exported_as_other_programs_read_them(cold: Network, tmp_path: Path) -> None:
    cold.save(tmp_path)
    words, vectors = from_word2vec_text(tmp_path / "vectors.txt")
    np.testing.assert_array_equal(vectors, cold.room.vectors)
    assert "soil:sandy_soil" in words
    table = pl.read_parquet(tmp_path / "vectors.parquet")
    assert table.columns[:3] == ["type", "name", "v0"]
    np.testing.assert_array_equal(table.drop("type", "name").to_numpy(), cold.room.vectors)
    assert "sandy soil" in table["name"].to_list()
