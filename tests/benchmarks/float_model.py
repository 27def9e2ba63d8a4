"""A float model of the count by sections, as a floor for its time: it certifies nothing and takes much for granted.

Weights are in general position, cells are simple, no value is 0, a layer and the walls of a cell have at most 64
members: what is degenerate is counted wrongly, or not at all. Signs are words, one bit a unit; a new vertex has the
signs that its two neighbors share. Cells of all layers but the last are split; in the last the number of parts of a
cell is 1 plus that of the parts of each section by a unit under the units before it. In two dimensions a section is a
segment, so chords that cross are counted.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types
from numba.core.extending import intrinsic

Array = np.ndarray[Any, Any]
Weights = list[tuple[Array, Array]]
ONE, ALL = np.uint64(1), np.uint64(2**64 - 1)
OPTIONS: dict[str, Any] = {"cache": True, "error_model": "numpy", "nogil": True, "_nrt": False}
"""Nothing is allocated by what is compiled, so that it counts no references."""


@intrinsic
def ones(typing: Any, word: Any) -> Any:
    """Return the number of bits set."""
    return types.int64(types.uint64), lambda context, builder, signature, args: builder.ctpop(args[0])


@intrinsic
def lowest(typing: Any, word: Any) -> Any:
    """Return the index of the lowest bit set."""

    def lower(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], context.get_constant(types.boolean, True))

    return types.int64(types.uint64), lower


def float_model(weights: Weights, side: float) -> int:
    """Return the number of cells of a ReLU network in [-side, side]^d, if it is in general position."""
    dim, depth = weights[0][0].shape[1], len(weights) - 1
    widths = np.array([len(b) for _, b in weights[:-1]])
    table = np.zeros((depth, 1 + max(dim, *widths), max(widths)))
    for layer, (W, b) in enumerate(weights[:-1]):
        table[layer, 0, : len(b)], table[layer, 1 : 1 + W.shape[1], : len(b)] = b, W.T
    room, n_nodes, n_rows, most = 4096 * dim, 64 * depth + 2, 1 << 13, table.shape[2]
    pool = np.empty((room, dim)), np.empty((3, room), np.uint64)
    nodes = np.empty((3, n_nodes), np.int64), np.empty(n_nodes, np.uint64)
    forms = table[:, : dim + 1].copy(), np.empty((n_nodes, dim + 1, most))
    parts = np.empty((1 << 16, 2), np.int64), np.empty((3, n_rows), np.uint64), np.zeros((dim + 1, 6), np.int64)
    return int(count_cells(dim, widths, table, float(side), *pool, *nodes, *forms, np.empty((n_rows, most)), *parts))


@njit(**OPTIONS)
def count_cells(
    dim: int,
    widths: Array,
    table: Array,
    side: float,
    x: Array,
    words: Array,
    nodes: Array,
    waiting: Array,
    forms: Array,
    sums: Array,
    values: Array,
    edges: Array,
    sections: Array,
    levels: Array,
) -> int:
    """Split the cells of all layers but the last, depth first, and count the parts of each in the last layer."""
    depth = len(widths)
    walls, P, N = words[0], words[1], words[2]
    first, size, layers = nodes[0], nodes[1], nodes[2]
    for v in range(1 << dim):
        walls[v] = np.uint64(0)
        for k in range(dim):
            up = v >> k & 1
            x[v, k] = side if up else -side
            walls[v] |= ONE << np.uint64(2 * k + up)
    first[0], size[0], layers[0] = 0, 1 << dim, 0
    node, total = 0, 0
    entered = True
    while node >= 0:
        layer, start, stop, width = layers[node], first[node], first[node] + size[node], widths[layers[node]]
        if entered:
            waiting[node] = ALL >> np.uint64(64 - width)
            form = forms[layer]
            for v in range(start, stop):
                out = values[v - start]
                for j in range(width):
                    out[j] = form[0, j]
                for k in range(dim):
                    for j in range(width):
                        out[j] += x[v, k] * form[1 + k, j]
                P[v] = as_word(out, width)
                N[v] = ~P[v] & waiting[node]
            if layer + 1 < depth:
                for i in range(widths[layer + 1]):
                    sums[node, 0, i] = table[layer + 1, 0, i]
                for k in range(dim):
                    for i in range(widths[layer + 1]):
                        sums[node, 1 + k, i] = 0.0
        above, below = np.uint64(0), np.uint64(0)
        for v in range(start, stop):
            above |= P[v]
            below |= N[v]
        on, waiting[node] = waiting[node] & above & ~below, waiting[node] & above & below
        if layer + 1 == depth:
            total += count_parts(dim, values, walls, P, N, start, stop - start, waiting[node], edges, sections, levels)
            node, entered = node - 1, False
            continue
        ahead = widths[layer + 1]
        while on:
            j = lowest(on)
            on &= on - ONE
            for k in range(dim + 1):
                for i in range(ahead):
                    sums[node, k, i] += forms[layer, k, j] * table[layer + 1, 1 + j, i]
        if waiting[node] == 0:
            for k in range(dim + 1):
                for i in range(ahead):
                    forms[layer + 1, k, i] = sums[node, k, i]
            layers[node], entered = layer + 1, True
            continue
        entered = False
        split(dim, x, walls, P, N, node, first, size, waiting, forms[layer])
        j = lowest(waiting[node])
        waiting[node] ^= ONE << np.uint64(j)
        waiting[node + 1], layers[node + 1] = waiting[node], layer
        for k in range(dim + 1):
            for i in range(ahead):
                sums[node + 1, k, i] = sums[node, k, i] + forms[layer, k, j] * table[layer + 1, 1 + j, i]
        node += 1
    return total


@njit(**OPTIONS)
def as_word(values: Array, width: int) -> np.uint64:
    """Return the word of the positive values."""
    word = np.uint64(0)
    for j in range(width):
        word |= np.uint64(values[j] > 0.0) << np.uint64(j)
    return word


@njit(**OPTIONS)
def split(
    dim: int,
    x: Array,
    walls: Array,
    P: Array,
    N: Array,
    node: int,
    first: Array,
    size: Array,
    waiting: Array,
    form: Array,
) -> None:
    """Split a cell by its lowest open unit: the negative part stays in its place, the positive one goes above it."""
    start, stop = first[node], first[node] + size[node]
    j = lowest(waiting[node])
    bit, used = ONE << np.uint64(j), np.uint64(0)
    for v in range(start, stop):
        used |= walls[v]
    wall = ~used & (used + ONE)
    top = stop
    for u in range(start, stop):
        if N[u] & bit:
            for v in range(start, stop):
                if P[v] & bit and ones(walls[u] & walls[v]) == dim - 1:
                    put_vertex(dim, x, walls, P, N, u, v, top, j, waiting[node] & ~bit, form)
                    walls[top] |= wall
                    top += 1
    middle = top
    for v in range(start, stop):
        if P[v] & bit:
            copy(dim, x, walls, P, N, v, top)
            top += 1
    for v in range(stop, middle):
        copy(dim, x, walls, P, N, v, top)
        top += 1
    first[node + 1], size[node + 1] = middle, top - middle
    top = start
    for v in range(start, middle):
        if P[v] & bit == 0:
            copy(dim, x, walls, P, N, v, top)
            top += 1
    size[node] = top - start


@njit(**OPTIONS)
def copy(dim: int, x: Array, walls: Array, P: Array, N: Array, v: int, to: int) -> None:
    """Copy a vertex."""
    for k in range(dim):
        x[to, k] = x[v, k]
    walls[to], P[to], N[to] = walls[v], P[v], N[v]


@njit(**OPTIONS)
def put_vertex(
    dim: int,
    x: Array,
    walls: Array,
    P: Array,
    N: Array,
    u: int,
    v: int,
    new: int,
    j: int,
    mask: np.uint64,
    form: Array,
) -> None:
    """Write the vertex on unit j between u and v, with the signs of the units in a mask."""
    g, h = form[0, j], form[0, j]
    for k in range(dim):
        g += form[1 + k, j] * x[u, k]
        h += form[1 + k, j] * x[v, k]
    t = g / (g - h)
    for k in range(dim):
        x[new, k] = x[u, k] + t * (x[v, k] - x[u, k])
    walls[new] = walls[u] & walls[v]
    P[new], N[new] = P[u] & P[v] & mask, N[u] & N[v] & mask
    rest = mask & ~(P[new] | N[new])
    while rest:
        i = lowest(rest)
        bit = ONE << np.uint64(i)
        rest ^= bit
        value = form[0, i]
        for k in range(dim):
            value += form[1 + k, i] * x[new, k]
        if value > 0.0:
            P[new] |= bit
        else:
            N[new] |= bit


@njit(**OPTIONS)
def count_parts(
    dim: int,
    values: Array,
    walls: Array,
    P: Array,
    N: Array,
    start: int,
    size: int,
    crossing: np.uint64,
    edges: Array,
    sections: Array,
    levels: Array,
) -> int:
    """Return the number of parts of a cell by the units that cross it; ``values`` are those at its vertices."""
    if crossing & (crossing - ONE) == 0:
        return 1 + ones(crossing)
    W, S, T = sections[0], sections[1], sections[2]
    for v in range(size):
        W[v], S[v], T[v] = walls[start + v], P[start + v], N[start + v]
    total, level = 1, 0
    levels[0, 0], levels[0, 1], levels[0, 2] = 0, size, 0
    levels[0, 3] = list_edges(W, 0, size, dim, edges, 0)
    levels[0, 4] = np.int64(crossing)
    levels[0, 5] = np.int64(crossing)
    while level >= 0:
        rest = np.uint64(levels[level, 5])
        if rest == 0:
            level -= 1
            continue
        i = lowest(rest)
        bit = ONE << np.uint64(i)
        levels[level, 5] = np.int64(rest ^ bit)
        below = np.uint64(levels[level, 4]) & (bit - ONE)
        total += 1
        if below == 0:
            continue
        base = top = levels[level, 0] + levels[level, 1]
        above, under = np.uint64(0), np.uint64(0)
        for e in range(levels[level, 2], levels[level, 3]):
            u, v = edges[e, 0], edges[e, 1]
            if (S[u] & T[v] | T[u] & S[v]) & bit:
                S[top], T[top], W[top] = S[u] & S[v] & below, T[u] & T[v] & below, W[u] & W[v]
                open_bits = below & ~(S[top] | T[top])
                g, h = abs(values[u, i]), abs(values[v, i])
                while open_bits:
                    j = lowest(open_bits)
                    open_bits &= open_bits - ONE
                    if h * values[u, j] + g * values[v, j] > 0.0:
                        S[top] |= ONE << np.uint64(j)
                    else:
                        T[top] |= ONE << np.uint64(j)
                edges[top - base + levels[level, 3], 0], edges[top - base + levels[level, 3], 1] = u, v
                above |= S[top]
                under |= T[top]
                top += 1
        below &= above & under
        if level + 2 == dim or below & (below - ONE) == 0:
            total += ones(below)
            continue
        ends = levels[level, 3]
        for v in range(base, top):
            p, q = edges[ends + v - base, 0], edges[ends + v - base, 1]
            g, h = abs(values[p, i]), abs(values[q, i])
            bits = below
            while bits:
                j = lowest(bits)
                bits &= bits - ONE
                values[v, j] = (h * values[p, j] + g * values[q, j]) / (g + h)
        level += 1
        levels[level, 0], levels[level, 1], levels[level, 2] = base, top - base, ends
        levels[level, 3] = list_edges(W, base, top - base, dim - level, edges, ends)
        levels[level, 4] = np.int64(below)
        levels[level, 5] = np.int64(below)
    return total


@njit(**OPTIONS)
def list_edges(W: Array, start: int, size: int, dim: int, edges: Array, end: int) -> int:
    """List the edges of a simple polytope of this dimension from a place on; return the place after them."""
    for u in range(start, start + size):
        for v in range(u + 1, start + size):
            if ones(W[u] & W[v]) == dim - 1:
                edges[end, 0], edges[end, 1] = u, v
                end += 1
    return end
