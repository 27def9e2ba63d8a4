"""What is said of a source besides the source itself; every reader is given all of it."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from tropical.networks.tensor import Shape


@frozen
class Options:
    """The options of :func:`tropical.load`.

    Args:
        input_shape: the shape of one input, without the batch axis; None if the source says it.
        activation: what stands between affine layers, for weights that are stored without it.
        output_name: the value of an ONNX graph that is read; None for its one output.
        logits: whether softmax, sigmoid or argmax at the end of an ONNX graph or a Keras model are left out.
        check: whether values are compared with those of the library that the source is from, where it is installed.
        folder: the folder of the file, in which weights may be kept; None if it is not known.
    """

    input_shape: Shape | None = None
    activation: str | None = None
    output_name: str | None = None
    logits: bool = False
    check: bool = True
    folder: Path | None = None


DEFAULTS = Options()
