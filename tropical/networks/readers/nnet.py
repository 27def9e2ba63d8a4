"""The text format ``.nnet`` of the Stanford Intelligent Systems Laboratory, in which the ACAS Xu networks are written.

::

    // comments
    2,3,1,4,                    affine layers, inputs, outputs, largest layer
    3,4,1,                      inputs, then the outputs of every affine layer
    0,                          not used
    -1,-1,-1,                   the least inputs, to which the tools of the format clip
    1,1,1,                      the largest
    0.0,0.5,0.0,7.5,            means: one for each input, one for all outputs
    1.0,2.0,1.0,373.9,          ranges, likewise
    0.1,0.2,-3e-01,             rows of the first matrix, then its biases, one on each line; and so on

Between the affine layers are ReLUs. The network is that of the tools of the format, on inputs in their own units: an
input is replaced by ``(x - mean) / range``, and an output by ``range y + mean``. Inputs outside the bounds are not
clipped, so the two agree on the box of the bounds. Every number is the decimal that the text spells.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from polytopes.arithmetic.long_numbers import integer_of
from polytopes.arithmetic.rationals import Vector, as_vector
from polytopes.errors import FileFormatError, InputError, NumberError
from polytopes.formats.limits import PER_CHARACTER, refuse_larger
from polytopes.messages import shortened
from tropical.networks.layers import Affine, Layer, ReLU, Scale
from tropical.networks.network import Network
from tropical.networks.readers.common import charge_entries, checked_input, tensor
from tropical.networks.readers.options import DEFAULTS, Options

CONVENTION = "inputs and outputs are in the units of the file, by its means and ranges; inputs are not clipped"
"""What is said of every network that is read."""


def read_bytes(content: bytes, options: Options = DEFAULTS) -> Network:
    r"""Return the network in the bytes of a ``.nnet`` file.

    >>> text = "// maximum\n2,2,1,2,\n2,2,1,\n0,\n-1,-1,\n1,1,\n0,0,0,\n1,1,1,\n1,-1,\n0,1,\n0,\n0,\n1,1,\n0,\n"
    >>> read_bytes(text.encode())([3, "1/2"])
    (Fraction(3, 1),)
    """
    refuse_larger(PER_CHARACTER * len(content), "its contents")
    try:
        lines = _Lines(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise FileFormatError("not a text file") from None
    sizes = _sizes(lines)
    for name in ("the flag", "the least inputs", "the largest inputs"):
        lines.numbers(name)
    means = lines.numbers("the means of the inputs and of the outputs", sizes[0] + 1)
    ranges = lines.numbers("the ranges of the inputs and of the outputs", sizes[0] + 1)
    if 0 in ranges:
        raise NumberError(f"{lines.place}: a range is 0; give positive ones")
    layers: list[tuple[str, Layer]] = []
    for index, (width, height) in enumerate(pairwise(sizes)):
        if index:
            layers.append((f"relu{index - 1}", ReLU()))
        layers.append((f"affine{index}", _affine(lines, index, width, height)))
    lines.end()
    first = Scale([1 / r for r in ranges[:-1]], [-m / r for m, r in zip(means[:-1], ranges[:-1], strict=True)])
    last = Scale(ranges[-1], means[-1])
    front = [("normalized", first)] if any(means[:-1]) or set(ranges[:-1]) != {1} else []
    back = [("in_units", last)] if means[-1] or ranges[-1] != 1 else []
    return checked_input(Network.chain(sizes[0], [*front, *layers, *back]), options.input_shape)


def _sizes(lines: _Lines) -> Sequence[int]:
    """Return the width of every layer, the inputs first."""
    head = lines.integers("the numbers of layers, inputs and outputs")
    if len(head) < 3:
        raise FileFormatError(f"{lines.place}: the numbers of layers, inputs and outputs are needed")
    sizes = lines.integers("the widths of the layers")
    if len(sizes) != head[0] + 1 or (sizes[0], sizes[-1]) != (head[1], head[2]) or min(sizes) < 1:
        raise FileFormatError(
            f"{lines.place}: widths {shortened(sizes)} of {head[0]} layers from {head[1]} inputs to {head[2]} outputs"
        )
    return sizes


def _affine(lines: _Lines, index: int, width: int, height: int) -> Affine:
    charge_entries((height, width), f"layer {index}")
    rows = [lines.numbers(f"row {i} of the matrix of layer {index}", width) for i in range(height)]
    bias = [lines.numbers(f"bias {i} of layer {index}", 1)[0] for i in range(height)]
    return Affine(tensor(rows, f"layer {index}"), tensor(bias, f"layer {index}"))


class _Lines:
    """The lines of a file after the comments, one at a time; blank ones are passed over."""

    def __init__(self, text: str) -> None:
        found = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
        self.left = iter([(number, line) for number, line in found if line and not line.startswith("//")])
        self.place = "the file"

    def _words(self, name: str) -> list[str]:
        number, line = next(self.left, (0, ""))
        if not line:
            raise FileFormatError(f"the file ends before {name}")
        self.place = f"line {number}"
        return [word.strip() for word in line.rstrip(", \t").split(",")]

    def integers(self, name: str) -> list[int]:
        words = self._words(name)
        if not all(word.isdecimal() and len(word) < 10 for word in words):
            raise FileFormatError(f"{self.place}: {name} should be integers, got {shortened(','.join(words))}")
        return [integer_of(word) for word in words]

    def numbers(self, name: str, count: int | None = None) -> Vector:
        words = self._words(name)
        try:
            return as_vector(words, count)
        except InputError as error:
            raise type(error)(f"{self.place}, {name}: {error}") from None

    def end(self) -> None:
        for number, line in self.left:
            raise FileFormatError(f"line {number}: {shortened(line)} after the last bias")
