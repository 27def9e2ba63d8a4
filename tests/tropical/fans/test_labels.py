"""Labels of two classes, whatever their values."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from polytopes.errors import InputError
from tropical import ClassificationFan, DataSet, Network
from tropical.fans.classification import training_path
from tropical.fans.labels import signs_of_labels
from tropical.parameter_space import position_of_network
from tropical.parameter_space.margins import max_margin
from tropical.representations.splines import classify_line

WANTED = (1, -1, -1, 1)


@pytest.mark.parametrize(
    "labels",
    [
        [1, -1, -1, 1],
        [1, 0, 0, 1],
        [2.0, 1.0, 1.0, 2.0],
        [True, False, False, True],
        ["+", "-", "-", "+"],
        ["1", "0", "0", "1"],
        ["10", "9", "9", "10"],
        ["dog", "cat", "cat", "dog"],
        np.array([1, 0, 0, 1]),
        np.array([[1.0], [0.0], [0.0], [1.0]]),
        np.array(["b", "a", "a", "b"]),
        np.array([True, False, False, True]),
    ],
)
def test_two_values_wherever_labels_go(labels: Any) -> None:
    points = [[0], [1], [2], [3]]
    assert signs_of_labels(labels) == WANTED == DataSet.of(points, labels).labels
    assert ClassificationFan.of(points, (2, 1), labels).labels == WANTED
    assert max_margin([[1], [-1], [-2], [2]], labels) == max_margin([[1], [-1], [-2], [2]], WANTED)
    assert classify_line([0, 1, 2, 3], labels) == classify_line([0, 1, 2, 3], WANTED)


def test_tensors() -> None:
    torch = pytest.importorskip("torch")
    assert signs_of_labels(torch.tensor([1, 0, 0, 1])) == WANTED


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([0, 1, 2], "3 different labels, such as 0, 1, 2; labels are 1 and -1, or any two values"),
        ([0, 0, 0], "all labels are 0; labels are 1 and -1"),
        (["a", "a"], "all labels are 'a'; labels are 1 and -1"),
        ([1, None], "label None; labels are all numbers, or all texts"),
        ([float("nan"), 1], "label nan"),
        ([1, "a"], "label 'a'"),
        ([[1], [0]], r"label \[1\]"),
        ("+--+", "cannot be the text"),
        (5, "cannot be 5"),
    ],
)
def test_labels_of_no_two_classes(labels: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        signs_of_labels(labels)


def test_two_outputs_have_the_loss_of_their_classes() -> None:
    """By definition: the class is the index of the greater output; a tie is an error."""
    points = list(product(range(-1, 2), repeat=2))
    network = Network.from_weights([([[1, 1], [1, -1]], [0, 0]), ([[1, 0], [0, 2]], [1, 0])])
    classes = [int(x + y > 0) for x, y in points]
    outputs = [network(point) for point in points]
    wrong = sum(a == b or int(b > a) != label for (a, b), label in zip(outputs, classes, strict=True))
    assert 0 < wrong < len(points)
    assert position_of_network(network, points, classes).loss == wrong
    assert training_path([network], points, classes).losses == (wrong,)


def test_weights_and_terms_of_other_kinds() -> None:
    for weights in ([2, 1], np.array([2, 1]), (2.0, 1), iter([2, 1])):
        assert DataSet.of([[0], [1]], weights=weights).weights == (2, 1)
    for wrong in (["a", "b"], 5, [None, 1], [1.5, 1], [0, 1]):
        with pytest.raises(InputError):
            DataSet.of([[0], [1]], weights=wrong)
    with pytest.raises(InputError, match="two positive integers"):
        ClassificationFan.of([[0]], 2)
