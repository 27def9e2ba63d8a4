"""What is said of a source besides the source itself; every reader is given all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from attrs import frozen

from tropical.networks.network import Network
from tropical.networks.tensor import Shape

Documents = Mapping[str, Callable[[bytes], Network]]
"""Functions that read the bytes of other JSON documents, in UTF-8, as networks, by the value of "format"."""
NO_OTHERS: Documents = MappingProxyType({})


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
        documents: for other JSON documents than networks, by the value of their "format".
    """

    input_shape: Shape | None = None
    activation: str | None = None
    output_name: str | None = None
    logits: bool = False
    check: bool = True
    folder: Path | None = None
    documents: Documents = NO_OTHERS


DEFAULTS = Options()
