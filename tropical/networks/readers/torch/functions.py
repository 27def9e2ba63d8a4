"""The functions and methods of torch by their names, done by a
:class:`~tropical.networks.readers.symbolic.graph.SourceGraph`.

Every function takes the graph and then the arguments of its namesake in torch. ``FUNCTIONS`` has the names without
underscores at their ends; operators of Python have those of the module ``operator``. ``OPERATORS`` has those of
``torch.ops.aten``, of which exported programs consist, where their arguments are others.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from tropical.networks.readers.symbolic import conditions, jumps
from tropical.networks.readers.symbolic.graph import SourceGraph
from tropical.networks.readers.symbolic.values import Value
from tropical.networks.readers.torch import activations, arithmetic, moves, places, reductions, resizing, windows

Function = Callable[..., Any]


def _aten_batch_norm(
    graph: SourceGraph, x: Value, weight: Any, bias: Any, mean: Any, variance: Any, *rest: Any
) -> Value:
    training, momentum, eps = rest[:3]
    return activations.batch_norm_function(graph, x, mean, variance, weight, bias, training, momentum, eps)


_ACTIVATIONS: dict[str, Function] = {
    "abs": activations.absolute,
    "absolute": activations.absolute,
    "alpha_dropout": activations.rarer_dropout,
    "batch_norm": activations.batch_norm_function,
    "clamp": activations.clamp,
    "clamp_max": activations.clamp_max,
    "clamp_min": activations.clamp,
    "clip": activations.clamp,
    "dropout": activations.dropout,
    "dropout1d": activations.dropout,
    "dropout2d": activations.dropout,
    "dropout3d": activations.dropout,
    "feature_alpha_dropout": activations.rarer_dropout,
    "hardshrink": activations.hardshrink,
    "hardsigmoid": activations.hardsigmoid,
    "hardtanh": activations.hardtanh,
    "leaky_relu": activations.leaky_relu,
    "prelu": activations.prelu,
    "relu": activations.relu,
    "relu6": activations.relu6,
    "rrelu": activations.rrelu,
    "sgn": jumps.sign,
    "sign": jumps.sign,
    "softshrink": activations.softshrink,
    "threshold": activations.threshold,
    **dict.fromkeys(
        ("clone", "contiguous", "detach", "alias", "lift_fresh_copy", "requires_grad"), activations.unchanged
    ),
    **dict.fromkeys(("bfloat16", "cpu", "cuda", "double", "float", "half", "to", "type", "type_as"), activations.cast),
}
_ARITHMETIC: dict[str, Function] = {
    "add": arithmetic.add,
    "addmm": arithmetic.addmm,
    "bmm": arithmetic.matmul,
    "cumsum": arithmetic.cumsum,
    "div": arithmetic.div,
    "divide": arithmetic.div,
    "einsum": arithmetic.einsum,
    **dict.fromkeys(("ge", "greater_equal"), arithmetic.comparison(operator.ge, False)),
    **dict.fromkeys(("greater", "gt"), arithmetic.comparison(operator.gt, False)),
    **dict.fromkeys(("le", "less_equal"), arithmetic.comparison(operator.le, True)),
    **dict.fromkeys(("less", "lt"), arithmetic.comparison(operator.lt, True)),
    **dict.fromkeys(("bitwise_not", "invert", "logical_not"), conditions.negation),
    "iadd": arithmetic.add,
    "imul": arithmetic.mul,
    "isub": arithmetic.sub,
    "itruediv": arithmetic.div,
    "lerp": arithmetic.lerp,
    "linear": arithmetic.linear,
    "masked_fill": arithmetic.masked_fill,
    "matmul": arithmetic.matmul,
    "mm": arithmetic.matmul,
    "mul": arithmetic.mul,
    "multiply": arithmetic.mul,
    "mv": arithmetic.matmul,
    "neg": arithmetic.neg,
    "negative": arithmetic.neg,
    "pos": activations.unchanged,
    "pow": arithmetic.power,
    "rsub": arithmetic.rsub,
    "sub": arithmetic.sub,
    "subtract": arithmetic.sub,
    "true_divide": arithmetic.div,
    "truediv": arithmetic.div,
    "where": arithmetic.where,
}
_MOVES: dict[str, Function] = {
    "cat": moves.cat,
    "channel_shuffle": moves.channel_shuffle,
    "chunk": moves.chunk,
    "concat": moves.cat,
    "concatenate": moves.cat,
    "dim": moves.n_axes,
    "expand": moves.expand,
    "expand_as": moves.expand_as,
    "flatten": moves.flatten,
    "flip": moves.flip,
    "getattr": moves.attribute,
    "getitem": moves.item,
    "hstack": moves.hstack,
    "index_select": moves.index_select,
    "moveaxis": moves.movedim,
    "movedim": moves.movedim,
    "narrow": moves.narrow,
    "new_ones": moves.filled(1),
    "new_zeros": moves.filled(0),
    "numel": moves.count,
    "ones": moves.filled(1),
    "ones_like": moves.filled(1),
    "pad": moves.padded,
    "permute": moves.permute,
    "pixel_shuffle": moves.pixel_shuffle,
    "pixel_unshuffle": moves.pixel_unshuffle,
    "ravel": moves.flatten,
    "repeat": moves.repeat,
    "repeat_interleave": moves.repeat_interleave,
    "reshape": moves.reshape,
    "reshape_as": moves.reshape_as,
    "roll": moves.roll,
    "select": moves.select,
    "size": moves.shape_of,
    "split": moves.split,
    "split_with_sizes": moves.split,
    "squeeze": moves.squeeze,
    "stack": moves.stack,
    "swapaxes": moves.transpose,
    "swapdims": moves.transpose,
    "sym_size": moves.shape_of,
    "t": moves.transpose_matrix,
    "tensor_split": moves.tensor_split,
    "tile": moves.repeat,
    "transpose": moves.transpose,
    "unbind": moves.unbind,
    "unflatten": moves.unflatten,
    "unsafe_chunk": moves.chunk,
    "unsqueeze": moves.unsqueeze,
    "view": moves.reshape,
    "view_as": moves.reshape_as,
    "zeros": moves.filled(0),
    "zeros_like": moves.filled(0),
}
_REDUCTIONS: dict[str, Function] = {
    "amax": reductions.amax,
    "amin": reductions.amin,
    "max": reductions.maximum,
    "maximum": reductions.maximum,
    "linalg_vector_norm": reductions.vector_norm,
    "mean": reductions.mean,
    "min": reductions.minimum,
    "minimum": reductions.minimum,
    "norm": reductions.norm,
    "sum": reductions.total,
    "vector_norm": reductions.vector_norm,
}
_PLACES: dict[str, Function] = {
    "index_add": places.index_add,
    "index_copy": places.index_copy,
    "index_fill": places.index_fill,
    "kthvalue": places.kthvalue,
    "median": places.median,
    "msort": places.sort_first,
    "scatter": places.scatter,
    "scatter_add": places.scatter_add,
    "setitem": places.set_item,
    "sort": places.sort,
    "tensordot": places.tensordot,
    "topk": places.topk,
    "tril": places.lower_triangle,
    "triu": places.upper_triangle,
    "unfold": windows.unfolded,
}
_SLIDING: dict[str, Function] = {
    "adaptive_avg_pool": windows.adaptive_avg_pool,
    "adaptive_max_pool": windows.adaptive_max_pool,
    "avg_pool": windows.avg_pool,
    "conv": windows.conv,
    "conv_transpose": windows.conv_transposed,
    "lp_pool": windows.lp_pool,
    "max_pool": windows.max_pool,
}
"""Functions that have a number of axes at the end of their names."""
_WINDOWS: dict[str, Function] = {
    "interpolate": resizing.interpolate,
    **{f"{name}{axes}d": function for axes in (1, 2, 3) for name, function in _SLIDING.items()},
}
FUNCTIONS: dict[str, Function] = {**_ACTIVATIONS, **_ARITHMETIC, **_MOVES, **_REDUCTIONS, **_PLACES, **_WINDOWS}
METHODS: dict[str, Function] = {**FUNCTIONS, "unfold": places.axis_windows}
OPERATORS: dict[str, Function] = {**METHODS, "batch_norm": _aten_batch_norm, "im2col": windows.unfolded}
