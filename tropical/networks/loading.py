"""``load``: networks from files and objects of other libraries, and tropical functions as networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tropical.networks.network import Network
from tropical.networks.readers import loading
from tropical.networks.readers.options import Options


def load(
    source: Any,
    *,
    input_shape: Sequence[int] | None = None,
    activation: str | None = None,
    output_name: str | None = None,
    logits: bool = False,
    check: bool = True,
) -> Network:
    """Return the exact network in a file or an object of another library, or that of a tropical function.

    Every weight is taken as the rational number it is; a float is the dyadic rational it stands for. An expression has
    a gate for every max, min, relu and abs in it. A tropical function, or a JSON file of one
    (:mod:`tropical.algebra.files`), is a network of one maxout layer; the polynomials of a decision boundary are its
    outputs.

    Args:
        source: a path (its ending says the format; :mod:`tropical.networks.readers` lists them), or a torch
            module or state dictionary, a scikit-learn MLPClassifier, MLPRegressor, linear model, Pipeline or search, an
            ONNX model, or a Network; or a tropical function, or its text, such as ``"max(x, y, 0) - abs(x)"``.
        input_shape: the shape of one input, without the batch axis, if the source does not say it (torch modules
            that begin with a convolution, ONNX graphs with symbolic axes). With the first axis of an ONNX graph, all
            of its input is one input, not a batch of several.
        activation: what stands between the affine layers of a torch state dictionary, which does not say it: "relu",
            "abs", "none", or a leaky ReLU with its slope, such as "leaky:1/100". Nothing stands after the last.
        output_name: the name of a value of an ONNX graph, at which the graph is cut; its one output if left out.
        logits: whether to leave out softmax, log-softmax, sigmoid and argmax at the end of an ONNX graph or a Keras
            model.
        check: whether the values of what was read from another library's object or format are compared with that
            library's, at a few points and in floating point, where it is installed.

    Raises:
        FileFormatError: if the file cannot be read or is not what its ending says.
        NoAnswerError: for a numerator without terms.
        UnsupportedError: for an operation that is not piecewise linear or not read here; it is named.
        InputError: for a state dictionary without ``activation``, or ``activation`` for another source.
        NumberError: for nan or inf among the weights.
        ShapeError: if shapes do not fit together.
        MissingExtraError: if the format needs a package that is not installed.
        VerificationFailed: if values differ grossly from those of the other library.

    >>> load("max(x, y, 0) - abs(x)")([-2, 1])
    (Fraction(-1, 1),)
    """
    shape = None if input_shape is None else tuple(int(n) for n in input_shape)
    options = Options(shape, activation, output_name, logits, check)
    return loading.load(source, options)
