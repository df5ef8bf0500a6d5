"""Asking for rows before they are needed: a table that outgrows the caches is read while other rows are learnt from."""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import njit, types
from numba.core.cgutils import get_item_pointer
from numba.extending import intrinsic

_LINE = 16  # float32 in a cache line


@njit(cache=True, inline="always")
def ask(table: Any, row: Any, size: Any) -> None:
    """Begin to read ``table[row]``, `size` float32; nothing waits for it and nothing changes."""
    for column in range(0, size, _LINE):
        _prefetch(table, row, column)  # type: ignore[call-arg]  # numba adds the first


@intrinsic
def _prefetch(typing: Any, table: Any, row: Any, column: Any) -> Any:
    """LLVM's instruction for one cache line, which numba has no name for."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind, *places = signature.args
        array = context.make_array(kind)(context, builder, arguments[0])
        at = [context.cast(builder, a, t, types.intp) for a, t in zip(arguments[1:], places, strict=True)]
        cell = get_item_pointer(context, builder, kind, array, at, wraparound=False)  # type: ignore[no-untyped-call]
        address, number = builder.bitcast(cell, ir.IntType(8).as_pointer()), ir.IntType(32)
        form = ir.FunctionType(ir.VoidType(), [address.type, number, number, number])
        instruction = builder.module.declare_intrinsic("llvm.prefetch", [address.type], form)
        builder.call(instruction, [address, number(0), number(3), number(1)])  # to read, keep it near, data
        return context.get_dummy_value()

    return types.void(table, row, column), generate
