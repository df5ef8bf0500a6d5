from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hanok.core.problem import Problem
from hanok.systems.network import Data, Network, Sources
from hanok.systems.network.encoder import Encoder

EDGES = "source,target,source_type,target_type,weight\n"
RESPONSES = "left,right,label\n"
PLAIN = EDGES + "a,x,cell,gene,1\nb,x,cell,gene,2\nx,y,gene,gene,1\n"
MEASURED = RESPONSES + "a,d,1\nb,d,0\n"


def read(folder: Path, edges: str, responses: str, features: str = "", /, **more: Any) -> Data:
    sources: dict[str, Any] = {}
    for name, text in (("edges", edges), ("responses", responses), ("features", features)):
        if text:
            path = folder / f"{name}.csv"
            path.write_text(text, "utf-8")
            sources[name] = {"path": path, **more.get(name, {})}
    return Network.read(Sources.model_validate(sources))


def problem(folder: Path, *tables: str, **more: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        read(folder, *tables, **more)
    return caught.value


def pairs(data: Data) -> list[tuple[str, str, bool]]:
    names, told = data.network.names, data.responses
    return [(names[a], names[b], label) for (a, b), label in zip(told.pairs.tolist(), told.label.tolist(), strict=True)]


def edges(data: Data) -> set[tuple[str, str]]:
    return {(data.network.names[a], data.network.names[b]) for a, b in data.network.edges()[0].tolist()}


# -- types -------------------------------------------------------------------------------------------------------------


def test_types_of_responses_are_those_of_the_edges(tmp_path: Path) -> None:
    data = read(tmp_path, PLAIN, RESPONSES + "a,d,1\nb,d,0\nc,e,0\n")
    assert (data.left_type, data.right_type) == ("cell", "right")
    assert data.network.names == ["a", "b", "c", "x", "y", "d", "e"]  # c has no edge, so it is what its side is
    assert pairs(data) == [("a", "d", True), ("b", "d", False), ("c", "e", False)]


def test_without_any_type_the_sides_of_the_responses_decide(tmp_path: Path) -> None:
    data = read(tmp_path, "source,target\na,x\nd,x\n", MEASURED)
    assert (data.left_type, data.right_type) == ("left", "right")
    assert dict(zip(data.network.names, data.network.types.tolist(), strict=True)) == {"a": 0, "b": 0, "x": 1, "d": 2}
    assert data.network.type_names == ["left", "node", "right"]


def test_a_name_of_two_types_needs_to_be_told_apart(tmp_path: Path) -> None:
    both = PLAIN + "a,y,gene,gene,1\n"
    found = problem(tmp_path, both, MEASURED)
    assert (found.code, found.where) == ("ambiguous_node", "responses.csv row 1 left")
    data = read(tmp_path, both, "left,right,label,left_type\na,d,1,cell\nb,d,0,\n")
    assert data.left_type == "cell"
    found = problem(
        tmp_path, PLAIN + "a,q,,gene,1\na,y,gene,gene,1\n", "left,right,label,left_type\na,d,1,cell\nb,d,0,\n"
    )
    assert (found.code, found.where) == ("ambiguous_node", "edges.csv row 4 source")


def test_each_side_is_of_one_type_and_the_sides_are_of_two(tmp_path: Path) -> None:
    found = problem(tmp_path, PLAIN, MEASURED + "x,d,1\n")
    assert (found.code, found.where) == ("mixed_types", "responses.csv row 3 left")
    assert "'gene'" in found.message
    assert "'cell'" in found.message
    assert problem(tmp_path, PLAIN, RESPONSES + "a,b,1\nb,a,0\n").code == "one_type"


# -- edges -------------------------------------------------------------------------------------------------------------


def test_edges_of_measured_pairs_and_loops_are_left_out_and_counted(tmp_path: Path) -> None:
    data = read(tmp_path, PLAIN + "a,d,cell,drug,1\nd,b,drug,cell,1\nb,e,cell,drug,1\nx,x,gene,gene,1\n", MEASURED)
    assert edges(data) == {("a", "x"), ("b", "x"), ("x", "y"), ("b", "e")}
    assert [note.split(" ")[0] for note in data.notes] == ["1", "2", "1"]
    assert "lead from a node to itself" in data.notes[0]
    assert "the responses decide" in data.notes[1]
    assert data.notes[2] == "1 of 6 nodes have no edge."


@pytest.mark.parametrize("weight", ["nan", "-1", "inf", "heavy"])
def test_weights_that_are_none_are_named_with_their_line(tmp_path: Path, weight: str) -> None:
    found = problem(tmp_path, PLAIN + f"b,y,cell,gene,{weight}\n", MEASURED)
    assert "edges.csv:5 weight" in str(found)
    assert weight in str(found)


def test_a_network_of_measured_pairs_only_is_none(tmp_path: Path) -> None:
    found = problem(tmp_path, EDGES + "a,d,cell,drug,1\nb,c,cell,cell,0\n", MEASURED)
    assert (found.code, found.where) == ("no_edges", "edges.csv")


# -- responses ---------------------------------------------------------------------------------------------------------


def test_contradictory_pairs_are_named_or_skipped(tmp_path: Path) -> None:
    twice = MEASURED + "b,e,0\na,e,1\na,d,0\n"
    found = problem(tmp_path, PLAIN, twice)
    assert (found.code, found.where) == ("contradiction", "responses.csv row 5 label")
    assert "(a, d)" in found.message
    assert "rows 1 and 5" in found.message
    data = read(tmp_path, PLAIN, twice, responses={"skip": True})
    assert pairs(data) == [("b", "d", False), ("b", "e", False), ("a", "e", True)]
    assert data.notes[0].startswith("1 pairs are both responsive and resistant")


def test_an_empty_label_was_not_measured_and_a_repeated_pair_counts_once(tmp_path: Path) -> None:
    data = read(tmp_path, PLAIN, "left,right,label,strength\na,d,1,2.5\na,d,1,9\nb,d,0,\na,e,,\n")
    assert pairs(data) == [("a", "d", True), ("b", "d", False)]
    np.testing.assert_array_equal(data.strengths, [2.5, np.nan])
    assert "1 rows of responses have no label: not measured." in data.notes


def test_responses_that_are_all_alike_say_nothing(tmp_path: Path) -> None:
    found = problem(tmp_path, PLAIN, RESPONSES + "a,d,1\nb,d,1\n")
    assert (found.code, found.where) == ("one_label", "responses.csv label")


# -- features ----------------------------------------------------------------------------------------------------------


def test_every_further_column_is_a_feature_and_empty_cells_are_none(tmp_path: Path) -> None:
    data = read(tmp_path, PLAIN, MEASURED, "node,tissue,size,stage\na,lung,1.5,\nz,,2,early\nx,,,late\n")
    told = {data.network.names[node]: row for node, row in data.features.items()}
    assert told == {"a": {"group": "lung", "size": "1.5"}, "z": {"size": "2", "stage": "early"}, "x": {"stage": "late"}}
    assert data.network.type_names[data.network.types[data.network.index("z", "cell")]] == "cell"


def test_a_node_with_two_sets_of_features_is_named(tmp_path: Path) -> None:
    found = problem(tmp_path, PLAIN, MEASURED, "node,size\na,1\nb,1\na,2\n")
    assert (found.code, found.where) == ("repeated_node", "features.csv row 3 node")
    assert len(read(tmp_path, PLAIN, MEASURED, "node,size\na,1\na,1\n").features) == 1


def test_columns_are_numbers_or_words_and_what_is_unknown_is_said() -> None:
    encoder = Encoder.fit([{"size": "1", "group": "3", "w": "x"}, {"size": "2.5", "group": "4"}])
    assert (encoder.numbers, dict(encoder.words)) == (["size"], {"group": ["3", "4"], "w": ["x"]})
    rows = [{"size": "few", "group": "5", "siez": "1"}, {"size": "7", "w": "x", "group": "4"}]
    numbers, words, notes = encoder.encode(rows)
    np.testing.assert_array_equal(numbers, [[np.nan], [7]])
    assert words.tolist() == [[0, 0, 0], [0, 1, 1]]
    assert notes[0] == [
        "'few' is no number, as size should be",
        "'5' was never seen as group",
        "siez is no feature; did you mean size?",
    ]
    assert notes[1] == []


def test_the_commonest_200_words_of_a_column_are_known() -> None:
    rows = [{"w": str(i) + "w"} for i in range(300)] + [{"w": "250w"}]
    encoder = Encoder.fit(rows)
    assert len(encoder.words["w"]) == 200
    assert "250w" in encoder.words["w"]
