"""Which ONNX operators are read, by which functions, and why others are not."""

from __future__ import annotations

from tropical.networks.readers import (
    conditions,
    jumps,
    onnx_activations,
    onnx_arithmetic,
    onnx_constants,
    onnx_moves,
    onnx_reductions,
    onnx_resize,
    onnx_windows,
)
from tropical.networks.readers.onnx_call import Operator

ON_ALL: dict[str, Operator] = {
    "Cast": onnx_constants.cast,
    "Concat": onnx_moves.concat,
    "Constant": onnx_constants.stored,
    "ConstantOfShape": onnx_constants.filled,
    "DepthToSpace": onnx_moves.depth_to_space,
    "DequantizeLinear": onnx_constants.dequantized,
    "Dropout": onnx_activations.dropout,
    "Expand": onnx_moves.expand,
    "EyeLike": onnx_constants.unit_matrix,
    "Flatten": onnx_moves.flatten,
    "Gather": onnx_moves.gather,
    "GatherElements": onnx_moves.gather_elements,
    "Identity": onnx_moves.identity,
    "NonZero": onnx_constants.nonzero,
    "Pad": onnx_moves.padding,
    "Range": onnx_constants.range_,
    "ReduceL1": onnx_reductions.reduce_l1,
    "ReduceMax": onnx_reductions.reduce_max,
    "ReduceMean": onnx_reductions.reduce_mean,
    "ReduceMin": onnx_reductions.reduce_min,
    "ReduceSum": onnx_reductions.reduce_sum,
    "Reshape": onnx_moves.reshape,
    "Shape": onnx_constants.shape_of,
    "Size": onnx_constants.size_of,
    "Slice": onnx_moves.slice_,
    "SpaceToDepth": onnx_moves.space_to_depth,
    "Split": onnx_moves.split,
    "Squeeze": onnx_moves.squeeze,
    "Tile": onnx_moves.tile,
    "Transpose": onnx_moves.transpose,
    "Unsqueeze": onnx_moves.unsqueeze,
}
"""Operators that take constants and values that depend on the input alike."""

ON_INPUTS: dict[str, Operator] = {
    "Abs": onnx_activations.absolute,
    "Add": onnx_arithmetic.add,
    "AveragePool": onnx_windows.average_pool,
    "BatchNormalization": onnx_activations.batch_normalization,
    "Clip": onnx_activations.clip,
    "Conv": onnx_windows.conv,
    "ConvTranspose": onnx_windows.conv_transpose,
    "CumSum": onnx_arithmetic.cumulative_sum,
    "Div": onnx_arithmetic.div,
    "Einsum": onnx_arithmetic.einsum,
    "Gemm": onnx_arithmetic.gemm,
    "GlobalAveragePool": onnx_windows.global_average_pool,
    "GlobalMaxPool": onnx_reductions.global_max_pool,
    "Greater": lambda call, graph, values: conditions.greater(graph, values[0], values[1]),
    "GreaterOrEqual": lambda call, graph, values: conditions.greater(graph, values[0], values[1]),
    "HardSigmoid": onnx_activations.hard_sigmoid,
    "LeakyRelu": onnx_activations.leaky_relu,
    "Less": lambda call, graph, values: conditions.greater(graph, values[1], values[0]),
    "LessOrEqual": lambda call, graph, values: conditions.greater(graph, values[1], values[0]),
    "MatMul": onnx_arithmetic.matmul,
    "Max": onnx_activations.maximum,
    "MaxPool": onnx_windows.max_pool,
    "Mean": onnx_arithmetic.mean_of_several,
    "Min": onnx_activations.minimum,
    "Mul": onnx_arithmetic.mul,
    "Neg": onnx_arithmetic.neg,
    "Not": lambda call, graph, values: conditions.negation(graph, values[0]),
    "PRelu": onnx_activations.prelu,
    "Pow": onnx_arithmetic.power,
    "Relu": onnx_activations.relu,
    "Resize": onnx_resize.resize,
    "Sign": lambda call, graph, values: jumps.sign(graph, values[0]),
    "Shrink": onnx_activations.shrink,
    "Sub": onnx_arithmetic.sub,
    "Sum": onnx_arithmetic.sum_of_several,
    "ThresholdedRelu": onnx_activations.thresholded_relu,
    "Trilu": onnx_moves.triangle,
    "Upsample": onnx_resize.upsample,
    "Where": lambda call, graph, values: conditions.where(graph, values[0], values[1], values[2]),
}
"""Operators that are added to the network."""

LAST = ("ArgMax", "Hardmax", "LogSoftmax", "Sigmoid", "Softmax")
"""What classifiers may end with, after the logits."""
KEEPING = ("Cast", "Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze")
"""What may stand behind it without being noticed."""

_JUMPS = """
And ArgMax ArgMin Binarizer BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Ceil DynamicQuantizeLinear Equal Floor
Hardmax IsInf IsNaN MaxUnpool Mod NonMaxSuppression NonZero OneHot Or QuantizeLinear Round Sign TreeEnsemble
TreeEnsembleClassifier TreeEnsembleRegressor Unique Xor
"""
_CURVED = """
Acos Acosh Asin Asinh Atan Atanh Attention Celu Cos Cosh CumProd Det Elu Erf Exp GRU Gelu GlobalLpPool
GroupNormalization HardSwish InstanceNormalization LRN LSTM LayerNormalization Log LogSoftmax LpNormalization LpPool
MeanVarianceNormalization Mish RMSNormalization RNN Reciprocal ReduceL2 ReduceLogSum ReduceLogSumExp ReduceProd
ReduceSumSquare Selu Sigmoid Sin Sinh Softmax Softplus Softsign Sqrt Swish Tan Tanh
"""
JUMPS, CURVED = frozenset(_JUMPS.split()), frozenset(_CURVED.split())
"""Operators whose values jump, and those that are continuous but not piecewise linear."""


def reason(operator: str) -> str:
    """Return why an operator is not read, as the end of a sentence."""
    if operator in JUMPS:
        return "is not continuous"
    return "is not piecewise linear" if operator in CURVED else "is not read here"
