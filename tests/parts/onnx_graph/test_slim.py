from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

onnx = pytest.importorskip("onnx")

from onnxruntime import InferenceSession  # noqa: E402

from hanok.parts.onnx_graph import (  # noqa: E402
    Builder,
    affine_maps,
    fold_constants,
    multiplications,
    operations,
    remove_dead,
    remove_identities,
    slim,
)

Floats32 = npt.NDArray[np.float32]


def run(model: onnx.ModelProto, inputs: Mapping[str, Floats32]) -> list[Floats32]:
    session = InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    found: list[Floats32] = session.run(None, dict(inputs))
    return found


def rows(seed: int, *shape: int) -> Floats32:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def assert_same(model: onnx.ModelProto, inputs: Mapping[str, Floats32]) -> onnx.ModelProto:
    small = slim(model)
    given_ = {name: value[:, small.kept[name]] if name in small.kept else value for name, value in inputs.items()}
    for ours, theirs in zip(run(small.model, given_), run(model, inputs), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4)
    return small.model


def test_a_chain_of_affine_operations_is_one_product_and_unread_columns_go() -> None:
    graph = Builder({"x": ("float32", 6)})
    y = graph.add("Sub", "x", graph.constant(rows(0, 6)))
    y = graph.add("Mul", y, graph.constant(rows(1, 6)))
    y = graph.add("Gather", y, graph.constant([5, 0, 2]), axis=1)
    y = graph.add("Identity", graph.add("MatMul", y, graph.constant(rows(2, 3, 4))))
    y = graph.add("Add", y, graph.constant(rows(3, 4)), name="y")
    model = graph.model({"y": ("float32", 4)})
    small = slim(model)
    assert small.kept["x"].tolist() == [0, 2, 5]
    assert operations(assert_same(model, {"x": rows(4, 7, 6)})) == {"Gemm": 1}
    assert sum(operations(model).values()) == 6


def test_a_product_of_low_rank_stays_one() -> None:
    graph = Builder({"x": ("float32", 50)})
    y = graph.add("MatMul", "x", graph.constant(rows(0, 50, 2)))
    y = graph.add("MatMul", y, graph.constant(rows(1, 2, 3)))
    y = graph.add("MatMul", y, graph.constant(rows(2, 3, 40)), name="y")
    model = graph.model({"y": ("float32", 40)})
    small = assert_same(model, {"x": rows(3, 5, 50)})
    assert operations(small) == {"MatMul": 2}
    assert multiplications(small) == 50 * 2 + 2 * 40


def test_a_wide_middle_is_merged_away() -> None:
    graph = Builder({"x": ("float32", 3)})
    y = graph.add("MatMul", "x", graph.constant(rows(0, 3, 60)))
    y = graph.add("MatMul", y, graph.constant(rows(1, 60, 4)), name="y")
    small = assert_same(graph.model({"y": ("float32", 4)}), {"x": rows(2, 5, 3)})
    assert (operations(small), multiplications(small)) == ({"MatMul": 1}, 12)


def test_two_inputs_share_the_narrow_middle() -> None:
    graph = Builder({"x": ("float32", 30), "z": ("float32", 40)})
    middle = graph.add(
        "Add",
        graph.add("MatMul", "x", graph.constant(rows(0, 30, 2))),
        graph.add("MatMul", "z", graph.constant(rows(1, 40, 2))),
    )
    graph.add("MatMul", middle, graph.constant(rows(2, 2, 50)), name="y")
    small = assert_same(graph.model({"y": ("float32", 50)}), {"x": rows(3, 4, 30), "z": rows(4, 4, 40)})
    assert sum(operations(small).values()) == 3


def test_stretches_on_both_sides_of_what_is_not_affine_are_merged() -> None:
    graph = Builder({"x": ("float32", 4)})
    y = graph.add("Sub", graph.add("MatMul", "x", graph.constant(rows(0, 4, 5))), graph.constant(np.float32(1)))
    y = graph.add("Exp", graph.add("Mul", y, graph.constant(np.float32(0.5))))
    y = graph.add("Add", graph.add("MatMul", y, graph.constant(rows(1, 5, 3))), graph.constant(rows(2, 3)))
    graph.add("Mul", y, graph.constant(np.float32(2)), name="y")
    small = assert_same(graph.model({"y": ("float32", 3)}), {"x": rows(3, 6, 4)})
    assert [node.op_type for node in small.graph.node] == ["Gemm", "Exp", "Gemm"]


def test_scaling_and_picking_columns_does_not_become_a_product() -> None:
    graph = Builder({"x": ("float32", 5)})
    y = graph.add("Mul", graph.add("Sub", "x", graph.constant(rows(0, 5))), graph.constant(rows(1, 5)))
    graph.add("Relu", graph.add("Gather", y, graph.constant([1, 3]), axis=1), name="y")
    model = graph.model({"y": ("float32", 2)})
    assert slim(model).kept["x"].tolist() == [1, 3]
    assert [node.op_type for node in assert_same(model, {"x": rows(2, 3, 5)}).graph.node] == ["Mul", "Add", "Relu"]


def test_an_input_read_by_something_else_keeps_its_columns() -> None:
    graph = Builder({"x": ("float32", 3)})
    graph.add("Relu", "x", name="all")
    graph.add("MatMul", "x", graph.constant(np.array([[1], [0], [0]], np.float32)), name="some")
    model = graph.model({"all": ("float32", 3), "some": ("float32", 1)})
    assert slim(model).kept["x"].tolist() == [0, 1, 2]
    assert_same(model, {"x": rows(0, 2, 3)})


def test_a_result_that_leaves_the_graph_in_the_middle_stays() -> None:
    graph = Builder({"x": ("float32", 3)})
    half = graph.add("MatMul", "x", graph.constant(rows(0, 3, 3)), name="half")
    graph.add("MatMul", half, graph.constant(rows(1, 3, 2)), name="y")
    assert_same(graph.model({"half": ("float32", 3), "y": ("float32", 2)}), {"x": rows(2, 4, 3)})


def test_what_is_not_understood_is_left_alone() -> None:
    graph = Builder({"x": ("float32", 3)})
    graph.add("Softmax", graph.add("Tanh", "x"), name="y", axis=1)
    model = graph.model({"y": ("float32", 3)})
    assert operations(assert_same(model, {"x": rows(0, 2, 3)})) == {"Tanh": 1, "Softmax": 1}


def test_a_gemm_with_factors_and_a_transposed_matrix_is_followed() -> None:
    graph = Builder({"x": ("float32", 3)})
    first = graph.add(
        "Gemm", "x", graph.constant(rows(0, 2, 3)), graph.constant(rows(1, 2)), alpha=0.5, beta=2.0, transB=1
    )
    graph.add("Neg", first, name="y")
    small = assert_same(graph.model({"y": ("float32", 2)}), {"x": rows(2, 4, 3)})
    assert operations(small) == {"Gemm": 1}


def test_columns_side_by_side_are_followed() -> None:
    graph = Builder({"x": ("float32", 2), "z": ("float32", 3)})
    both = graph.add("Concat", "z", "x", axis=1)
    graph.add("MatMul", both, graph.constant(rows(0, 5, 2)), name="y")
    small = assert_same(graph.model({"y": ("float32", 2)}), {"x": rows(1, 4, 2), "z": rows(2, 4, 3)})
    assert operations(small) == {"MatMul": 1, "Gemm": 1}


def test_rows_of_another_batch_are_not_taken_for_rows_of_this_one() -> None:
    graph = Builder({"x": ("float32", 2)})
    squared = graph.add("ReduceSum", "x", graph.constant(np.array([0])), keepdims=1)  # (1, 2): no batch
    graph.add("Add", "x", squared, name="y")
    assert_same(graph.model({"y": ("float32", 2)}), {"x": rows(0, 4, 2)})


def test_constants_are_folded_and_what_nobody_reads_is_removed() -> None:
    graph = Builder({"x": ("float32", 2)})
    matrix = graph.add("Transpose", graph.constant(rows(0, 3, 2)), perm=[1, 0])
    graph.add("Exp", "x", name="dead")
    graph.add("MatMul", "x", matrix, name="y")
    model = graph.model({"y": ("float32", 3)})
    assert operations(remove_dead(model)) == {"Transpose": 1, "MatMul": 1}
    folded = remove_dead(fold_constants(model))
    assert operations(folded) == {"MatMul": 1}
    assert [tensor.dims for tensor in folded.graph.initializer] == [[2, 3]]


def test_an_identity_that_is_an_output_keeps_its_name() -> None:
    graph = Builder({"x": ("float32", 2)})
    graph.add("Identity", graph.add("Identity", graph.add("Relu", "x")), name="y")
    model = remove_identities(graph.model({"y": ("float32", 2)}))
    assert operations(model) == {"Relu": 1, "Identity": 1}


def test_an_affine_map_is_told_by_its_sources() -> None:
    graph = Builder({"x": ("float32", 2)})
    middle = graph.add("MatMul", "x", graph.constant(rows(0, 2, 3)))
    graph.add("Add", middle, graph.constant(rows(1, 3)), name="y")
    model = graph.model({"y": ("float32", 3)})
    np.testing.assert_allclose(affine_maps(model)["y"].terms["x"], rows(0, 2, 3))
    assert set(affine_maps(model, [middle])["y"].terms) == {middle}


STEPS = ("scale", "shift", "product", "pick", "identity", "relu", "negate", "double")


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(STEPS), min_size=1, max_size=7), st.integers(1, 5), st.integers(1, 4), st.integers(0, 99)
)
def test_any_chain_gives_the_same_answers_in_no_more_operations(
    steps: list[str], width: int, n: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    graph = Builder({"x": ("float32", width)})
    last, wide = "x", width
    for step in steps:
        if step == "scale":
            last = graph.add("Div", last, graph.constant((1 + rng.random(wide)).astype(np.float32)))
        elif step == "shift":
            last = graph.add("Add", graph.constant(rows(seed, 1, wide)), last)
        elif step == "product":
            new = int(rng.integers(1, 6))
            last, wide = graph.add("MatMul", last, graph.constant(rows(seed, wide, new))), new
        elif step == "pick":
            chosen = rng.integers(wide, size=int(rng.integers(1, 6)))
            last, wide = graph.add("Gather", last, graph.constant(chosen), axis=1), len(chosen)
        elif step == "double":
            last = graph.add("Sub", last, graph.add("Neg", last))
        else:
            last = graph.add({"identity": "Identity", "relu": "Relu", "negate": "Neg"}[step], last)
    graph.add("Sigmoid", last, name="y")
    model = graph.model({"y": ("float32", wide)})
    small = assert_same(model, {"x": rows(seed + 1, n, width)})
    assert sum(operations(small).values()) <= sum(operations(model).values())
