"""Products of small tiles that stay in registers, and exact copies of short runs.

Loops that LLVM is left alone with go through memory for every sum. Here its vectors are named: as
wide as the processor's, and as many as it has registers for. Places are counted in flat arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import binding, ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

BYTES = 64 if binding.get_host_cpu_features().get("avx512f") else 32  # of a vector
ROWS = 4  # of a tile
VECTORS = 4 if BYTES == 64 else 2  # in each of its rows

HIGH, BROAD = (8, 2) if BYTES == 64 else (4, 2)  # rows and vectors of a product's own tile

_CONTRACT = ("contract",)


def _written(function: Callable[..., Any]) -> Any:
    """A function for compiled code, of which `function` tells the types and who writes it."""
    return intrinsic(function)


class _Emitter:
    """What is written for a function of arrays, here pointers to numbers, and of whole numbers."""

    def __init__(self, context: Any, builder: Any, signature: Any, args: Any) -> None:
        self.builder = builder
        self.args = [
            context.make_array(t)(context, builder, v).data if isinstance(t, types.Array) else v
            for t, v in zip(signature.args, args)
        ]
        dtype = signature.args[0].dtype
        self.size = dtype.bitwidth // 8
        self.lanes = BYTES // self.size
        self.scalar, self.word = map(context.get_value_type, (dtype, types.intp))
        self.vector = ir.VectorType(self.scalar, self.lanes)
        self.nothing = context.get_dummy_value()

    def number(self, n: int) -> Any:
        return ir.Constant(self.word, n)

    def at(self, pointer: Any, place: Any, step: Any = None, n: int = 0) -> Any:
        """The pointer to `place`, and n steps further."""
        if step is not None:
            place = self.builder.add(place, self.builder.mul(step, self.number(n)))
        return self.builder.gep(pointer, [place])

    def seen(self, pointer: Any) -> Any:
        return self.builder.bitcast(pointer, self.vector.as_pointer())

    def load(self, pointer: Any, n: int = 0) -> Any:
        """The n-th vector from a pointer on."""
        place = self.at(pointer, self.number(n * self.lanes))
        return self.builder.load(self.seen(place), align=self.size)

    def spread(self, value: Any, lane: Any) -> Any:
        """A vector of equal numbers."""
        nothing = ir.Constant(ir.VectorType(lane, self.lanes), ir.Undefined)
        first = self.builder.insert_element(nothing, value, ir.Constant(ir.IntType(32), 0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), self.lanes), None)
        return self.builder.shuffle_vector(first, nothing, zeros)

    def chosen(self, a: Any, b: Any, places: list[int]) -> Any:
        """A vector of entries of two, counted through."""
        order = ir.Constant(ir.VectorType(ir.IntType(32), self.lanes), places)
        return self.builder.shuffle_vector(a, b, order)

    def below(self, k: Any, count: Any) -> Any:
        """For each lane whether k and so many is below count."""
        return self._compared("<", self.builder.sub(count, k))

    def within(self, k: Any, count: Any) -> Any:
        """For each lane whether k and so many is at least 0 and below count."""
        b = self.builder
        return b.and_(self.below(k, count), self._compared(">=", b.neg(k)))

    def _compared(self, sign: str, value: Any) -> Any:
        small = ir.IntType(32)
        lanes = ir.Constant(ir.VectorType(small, self.lanes), list(range(self.lanes)))
        other = self.spread(self.builder.trunc(value, small), small)
        return self.builder.icmp_signed(sign, lanes, other)

    def load_where(self, here: Any, pointer: Any) -> Any:
        """A vector with zeros elsewhere, of which the memory is not touched."""
        zeros, align = ir.Constant(self.vector, None), ir.Constant(ir.IntType(32), self.size)
        name = f"llvm.masked.load.v{self.lanes}f{8 * self.size}.p0"
        return self.call(name, self.vector, self.seen(pointer), align, here, zeros)

    def store_where(self, here: Any, value: Any, pointer: Any) -> None:
        align = ir.Constant(ir.IntType(32), self.size)
        name = f"llvm.masked.store.v{self.lanes}f{8 * self.size}.p0"
        self.call(name, ir.VoidType(), value, self.seen(pointer), align, here)

    def add_product(self, total: Any, a: Any, b: Any) -> Any:
        product = self.builder.fmul(a, b, flags=_CONTRACT)
        return self.builder.fadd(product, total, flags=_CONTRACT)

    def call(self, name: str, result: Any, *args: Any, **kwargs: Any) -> Any:
        kind = ir.FunctionType(result, [a.type for a in args])
        function = cgutils.get_or_insert_function(self.builder.module, kind, name)
        return self.builder.call(function, args, **kwargs)

    def loop(self, count: Any, step: int, begin: list[Any], body: Callable[..., Any]) -> list[Any]:
        """`values = body(k, values)` for k from 0 up to count; the last values."""
        b, before = self.builder, self.builder.block
        around, after = b.append_basic_block("around"), b.append_basic_block("after")
        b.cbranch(b.icmp_signed(">", count, self.number(0)), around, after)
        b.position_at_end(around)
        k, values = b.phi(self.word), [b.phi(v.type) for v in begin]
        new = body(k, values)
        end = b.block  # of the body, which may have loops of its own
        further = b.add(k, self.number(step))
        for phi, first, then in zip([k, *values], [self.number(0), *begin], [further, *new]):
            phi.add_incoming(first, before)
            phi.add_incoming(then, end)
        b.cbranch(b.icmp_signed("<", further, count), around, after)
        b.position_at_end(after)
        last = [b.phi(v.type) for v in begin]
        for phi, first, then in zip(last, begin, new):
            phi.add_incoming(first, before)
            phi.add_incoming(then, end)
        return last


@_written
def add_products(  # type: ignore[no-untyped-def]
    typing, y, at, step, a, a_at, x, x_at, offsets, first, count
):
    """Add products to the ROWS x (VECTORS vectors) tile of y that begins at `at`.

    y[at + i step + j] += Σ a[a_at + k ROWS + i] x[x_at + offsets[first + k] + j], k < count
    """
    return types.void(y, at, step, a, a_at, x, x_at, offsets, first, count), _products


def _products(*given: Any) -> Any:
    e = _Emitter(*given)
    b = e.builder
    y, at, step, a, a_at, x, x_at, offsets, first, count = e.args
    a, x, offsets = e.at(a, a_at), e.at(x, x_at), e.at(offsets, first)
    tile = [
        e.at(e.at(y, at, step, i), e.number(v * e.lanes))
        for i in range(ROWS)
        for v in range(VECTORS)
    ]

    def body(k: Any, sums: list[Any]) -> list[Any]:
        line = e.at(x, b.load(e.at(offsets, k)))
        vectors = [e.load(line, v) for v in range(VECTORS)]
        factors = e.at(a, b.mul(k, e.number(ROWS)))
        rows = [e.spread(b.load(e.at(factors, e.number(i))), e.scalar) for i in range(ROWS)]
        pairs = [(f, v) for f in rows for v in vectors]
        return [e.add_product(s, f, v) for s, (f, v) in zip(sums, pairs)]

    for place, total in zip(tile, e.loop(count, 1, [e.load(p) for p in tile], body)):
        b.store(total, e.seen(place), align=e.size)
    return e.nothing


@_written
def put_products(  # type: ignore[no-untyped-def]
    typing, y, at, step, a, a_at, down, along, x, x_at, x_step, count, more
):
    """Write the HIGH x (BROAD vectors) tile of y that begins at `at`; with `more`, add to it.

    y[at + i step + j] = Σ a[a_at + i down + k along] x[x_at + k x_step + j], k < count
    """
    args = y, at, step, a, a_at, down, along, x, x_at, x_step, count, more
    return types.void(*args), _put_products


def _put_products(*given: Any) -> Any:
    e = _Emitter(*given)
    b = e.builder
    y, at, step, a, a_at, down, along, x, x_at, x_step, count, more = e.args
    a, x = e.at(a, a_at), e.at(x, x_at)

    def body(k: Any, sums: list[Any]) -> list[Any]:
        line, first = e.at(x, b.mul(k, x_step)), b.mul(k, along)
        vectors = [e.load(line, v) for v in range(BROAD)]
        rows = [e.spread(b.load(e.at(a, first, down, i)), e.scalar) for i in range(HIGH)]
        pairs = [(f, v) for f in rows for v in vectors]
        return [e.add_product(s, f, v) for s, (f, v) in zip(sums, pairs)]

    zero = ir.Constant(e.vector, [0.0] * e.lanes)
    sums = e.loop(count, 1, [zero] * HIGH * BROAD, body)
    for n, total in enumerate(sums):
        place = e.at(e.at(y, at, step, n // BROAD), e.number(n % BROAD * e.lanes))
        before = b.select(more, b.load(e.seen(place), align=e.size), zero)
        b.store(b.fadd(total, before), e.seen(place), align=e.size)
    return e.nothing


@_written
def add_dots(  # type: ignore[no-untyped-def]
    typing, y, at, step, g, g_at, g_step, x, x_at, offsets, first, count
):
    """Add scalar products to the ROWS x ROWS tile of y that begins at `at`.

    y[at + i step + j] += Σ g[g_at + i g_step + k] x[x_at + offsets[first + j] + k], k < count,
    where count is a number of whole vectors.
    """
    return types.void(y, at, step, g, g_at, g_step, x, x_at, offsets, first, count), _dots


def _dots(*given: Any) -> Any:
    e = _Emitter(*given)
    b = e.builder
    y, at, step, g, g_at, g_step, x, x_at, offsets, first, count = e.args
    offsets = e.at(offsets, first)
    left = [e.at(g, g_at, g_step, i) for i in range(ROWS)]
    right = [e.at(x, b.add(x_at, b.load(e.at(offsets, e.number(j))))) for j in range(ROWS)]

    def body(k: Any, sums: list[Any]) -> list[Any]:
        pairs = [[e.load(e.at(p, k)) for p in side] for side in (left, right)]
        products = [(u, v) for u in pairs[0] for v in pairs[1]]
        return [e.add_product(s, u, v) for s, (u, v) in zip(sums, products)]

    zeros = [ir.Constant(e.vector, [0.0] * e.lanes)] * ROWS * ROWS
    name = f"llvm.vector.reduce.fadd.v{e.lanes}f{8 * e.size}"
    for n, sums in enumerate(e.loop(count, e.lanes, zeros, body)):
        place = e.at(e.at(y, at, step, n // ROWS), e.number(n % ROWS))
        zero = ir.Constant(e.scalar, -0.0)
        total = e.call(name, e.scalar, zero, sums, fastmath=("reassoc",))
        b.store(b.fadd(b.load(place), total), place)
    return e.nothing


@_written
def copy(typing, out, at, x, x_at, count):  # type: ignore[no-untyped-def]
    """out[at : at + count] = x[x_at : x_at + count]; for short runs, of which there are many."""
    return types.void(out, at, x, x_at, count), _copy


def _copy(*given: Any) -> Any:
    e = _Emitter(*given)
    out, at, x, x_at, count = e.args
    out, x = e.at(out, at), e.at(x, x_at)

    def body(k: Any, nothing: list[Any]) -> list[Any]:
        here = e.below(k, count)
        e.store_where(here, e.load_where(here, e.at(x, k)), e.at(out, k))
        return []

    e.loop(count, e.lanes, [], body)
    return e.nothing


@_written
def turn(typing, out, at, step, x, x_at, x_step):  # type: ignore[no-untyped-def]
    """Transpose a square as wide as a vector.

    out[at + i step + j] = x[x_at + j x_step + i]
    """
    return types.void(out, at, step, x, x_at, x_step), _turn


def _turn(*given: Any) -> Any:
    e = _Emitter(*given)
    b = e.builder
    out, at, step, x, x_at, x_step = e.args
    rows = [e.load(e.at(x, x_at, x_step, j)) for j in range(e.lanes)]
    apart = 1
    while apart < e.lanes:  # exchange what is off the diagonal, of ever larger squares
        low = [e.lanes + i - apart if i & apart else i for i in range(e.lanes)]
        high = [e.lanes + i if i & apart else i + apart for i in range(e.lanes)]
        for j in range(e.lanes):
            if not j & apart:
                pair = rows[j], rows[j + apart]
                rows[j], rows[j + apart] = (e.chosen(*pair, places) for places in (low, high))
        apart *= 2
    for i, row in enumerate(rows):
        b.store(row, e.seen(e.at(out, at, step, i)), align=e.size)
    return e.nothing


@_written
def put_sums(  # type: ignore[no-untyped-def]
    typing, out, at, count, first, x, x_at, x_step, length, shift, shift_step, terms
):
    """Write sums of short runs, each moved by its shift.

    out[at + i] = first + Σ x[x_at + k x_step + i - s] with s = shift + k shift_step, i < count,
    over those k < terms for which 0 <= i - s < length.
    """
    args = out, at, count, first, x, x_at, x_step, length, shift, shift_step, terms
    return types.void(*args), _put_sums


def _put_sums(*given: Any) -> Any:
    e = _Emitter(*given)
    b = e.builder
    out, at, count, first, x, x_at, x_step, length, shift, shift_step, terms = e.args
    out, x, first = e.at(out, at), e.at(x, x_at), e.spread(first, e.scalar)

    def body(i: Any, nothing: list[Any]) -> list[Any]:
        def add(k: Any, total: list[Any]) -> list[Any]:
            begin = b.sub(i, b.add(shift, b.mul(k, shift_step)))
            run = e.load_where(e.within(begin, length), e.at(e.at(x, b.mul(k, x_step)), begin))
            return [b.fadd(total[0], run)]

        (total,) = e.loop(terms, 1, [first], add)
        e.store_where(e.below(i, count), total, e.at(out, i))
        return []

    e.loop(count, e.lanes, [], body)
    return e.nothing
