"""The layers of exact networks.

Each is a frozen data type with a shape rule, a value (one code for floats and Fractions), and either sparse
linear rows, a rearrangement of entries, or gates.
"""

from tropical.networks.layers.activation import Abs, LeakyReLU, Max, Maxout, Min, ReLU
from tropical.networks.layers.base import GateLayer, Layer, LinearLayer
from tropical.networks.layers.convolution import Conv
from tropical.networks.layers.linear import Affine, Constant, Input, Scale, Sum, batch_norm
from tropical.networks.layers.pooling import AvgPool, GlobalAvgPool, MaxPool
from tropical.networks.layers.shape import Concat, Rearrangement, Reshape, Select, Transpose, expand, split

__all__ = [
    "Abs",
    "Affine",
    "AvgPool",
    "Concat",
    "Constant",
    "Conv",
    "GateLayer",
    "GlobalAvgPool",
    "Input",
    "Layer",
    "LeakyReLU",
    "LinearLayer",
    "Max",
    "MaxPool",
    "Maxout",
    "Min",
    "ReLU",
    "Rearrangement",
    "Reshape",
    "Scale",
    "Select",
    "Sum",
    "Transpose",
    "batch_norm",
    "expand",
    "split",
]
