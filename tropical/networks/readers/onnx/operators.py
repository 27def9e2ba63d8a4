"""Which ONNX operators are read, by which functions, and why others are not."""

from __future__ import annotations

from tropical.networks.readers.onnx import (
    activations,
    arithmetic,
    constants,
    indexing,
    learning,
    moves,
    reductions,
    resizing,
    windows,
)
from tropical.networks.readers.onnx.call import Operator
from tropical.networks.readers.symbolic import conditions, jumps

ON_ALL: dict[str, Operator] = {
    "Cast": constants.cast,
    "Compress": indexing.compress,
    "Concat": moves.concat,
    "Constant": constants.stored,
    "ConstantOfShape": constants.filled,
    "DepthToSpace": moves.depth_to_space,
    "DequantizeLinear": constants.dequantized,
    "Dropout": activations.dropout,
    "Expand": moves.expand,
    "EyeLike": constants.unit_matrix,
    "Flatten": moves.flatten,
    "Gather": indexing.gather,
    "GatherElements": indexing.gather_elements,
    "GatherND": indexing.gather_nd,
    "Identity": moves.identity,
    "NonZero": constants.nonzero,
    "Pad": moves.padding,
    "Range": constants.range_,
    "ReduceL1": reductions.reduce_l1,
    "ReduceMax": reductions.reduce_max,
    "ReduceMean": reductions.reduce_mean,
    "ReduceMin": reductions.reduce_min,
    "ReduceSum": reductions.reduce_sum,
    "Reshape": moves.reshape,
    "Scatter": indexing.scatter_elements,
    "ScatterElements": indexing.scatter_elements,
    "ScatterND": indexing.scatter_nd,
    "Shape": constants.shape_of,
    "Size": constants.size_of,
    "Slice": moves.slice_,
    "SpaceToDepth": moves.space_to_depth,
    "Split": moves.split,
    "Squeeze": moves.squeeze,
    "Tile": moves.tile,
    "TopK": indexing.top_k,
    "Transpose": moves.transpose,
    "Unsqueeze": moves.unsqueeze,
}
"""Operators that take constants and values that depend on the input alike."""

OF_LEARNING: dict[str, Operator] = {
    "ArrayFeatureExtractor": learning.selected_features,
    "FeatureVectorizer": learning.joined_features,
    "Imputer": learning.imputer,
    "LinearClassifier": learning.linear_classifier,
    "LinearRegressor": learning.linear_regressor,
    "Scaler": learning.scaler,
}
"""Operators of the domain ai.onnx.ml."""

ON_INPUTS: dict[str, Operator] = {
    "Abs": activations.absolute,
    "Add": arithmetic.add,
    "AveragePool": windows.average_pool,
    "BatchNormalization": activations.batch_normalization,
    "Clip": activations.clip,
    "Conv": windows.conv,
    "ConvTranspose": windows.conv_transpose,
    "CumSum": arithmetic.cumulative_sum,
    "Div": arithmetic.div,
    "Einsum": arithmetic.einsum,
    "Gemm": arithmetic.gemm,
    "GlobalAveragePool": windows.global_average_pool,
    "GlobalMaxPool": reductions.global_max_pool,
    "Greater": lambda call, graph, values: conditions.greater(graph, values[0], values[1]),
    "GreaterOrEqual": lambda call, graph, values: conditions.greater(graph, values[0], values[1]),
    "HardSigmoid": activations.hard_sigmoid,
    "LeakyRelu": activations.leaky_relu,
    "Less": lambda call, graph, values: conditions.greater(graph, values[1], values[0]),
    "LessOrEqual": lambda call, graph, values: conditions.greater(graph, values[1], values[0]),
    "MatMul": arithmetic.matmul,
    "Max": activations.maximum,
    "MaxPool": windows.max_pool,
    "Mean": arithmetic.mean_of_several,
    "Min": activations.minimum,
    "Mul": arithmetic.mul,
    "Neg": arithmetic.neg,
    "Not": lambda call, graph, values: conditions.negation(graph, values[0]),
    "PRelu": activations.prelu,
    "Pow": arithmetic.power,
    "Relu": activations.relu,
    "Resize": resizing.resize,
    "Sign": lambda call, graph, values: jumps.sign(graph, values[0]),
    "Shrink": activations.shrink,
    "Sub": arithmetic.sub,
    "Sum": arithmetic.sum_of_several,
    "ThresholdedRelu": activations.thresholded_relu,
    "Trilu": moves.triangle,
    "Upsample": resizing.upsample,
    "Where": lambda call, graph, values: conditions.where(graph, values[0], values[1], values[2]),
}
"""Operators that are added to the network."""

LAST = ("ArgMax", "Hardmax", "LogSoftmax", "Normalizer", "Sigmoid", "Softmax")
"""What classifiers may end with, after the logits."""
KEEPING = ("Cast", "Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze", "ZipMap")
"""What may stand behind it without being noticed."""

_JUMPS = """
And ArgMax ArgMin Binarizer BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Ceil DynamicQuantizeLinear Equal Floor
Hardmax IsInf IsNaN LabelEncoder MaxUnpool Mod NonMaxSuppression NonZero OneHot OneHotEncoder Or QuantizeLinear Round
Sign TreeEnsemble TreeEnsembleClassifier TreeEnsembleRegressor Unique Xor ZipMap
"""
_CURVED = """
Acos Acosh Asin Asinh Atan Atanh Attention Celu Cos Cosh CumProd Det Elu Erf Exp GRU Gelu GlobalLpPool
GroupNormalization HardSwish InstanceNormalization LRN LSTM LayerNormalization Log LogSoftmax LpNormalization LpPool
MeanVarianceNormalization Mish Normalizer RMSNormalization RNN Reciprocal ReduceL2 ReduceLogSum ReduceLogSumExp
ReduceProd ReduceSumSquare SVMClassifier SVMRegressor Selu Sigmoid Sin Sinh Softmax Softplus Softsign Sqrt Swish Tan
Tanh
"""
JUMPS, CURVED = frozenset(_JUMPS.split()), frozenset(_CURVED.split())
"""Operators whose values jump, and those that are continuous but not piecewise linear."""
QUANTIZING = ("ConvInteger", "DynamicQuantizeLinear", "MatMulInteger", "QLinearConv", "QLinearMatMul", "QuantizeLinear")


def reason(operator: str, domain: str = "") -> str:
    """Return why an operator is not read, and a way out, as the end of a sentence.

    >>> reason("Relu6"), reason("FusedConv", "com.microsoft")[:28]
    ('is not read here; export the network with others', 'is one of onnxruntime itself')
    """
    if domain == "com.microsoft":
        return "is one of onnxruntime itself; export the network again, without its optimizations"
    if operator in QUANTIZING:
        return "rounds, so it is not continuous; give the network before it was quantized"
    if operator in JUMPS:
        return "is not continuous"
    if operator in CURVED:
        return "is not piecewise linear; retrain with ReLU, or put a piecewise linear function in its place"
    return "is not read here; export the network with others"
