"""Labels of two classes, whatever they are called, as the signs 1 and -1."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from polytopes.arithmetic.rationals import as_fraction
from polytopes.errors import InputError, NumberError
from polytopes.messages import shortened


def signs_of_labels(labels: Iterable[Any]) -> tuple[int, ...]:
    """Return labels with the values 1 and -1, or any two values, as 1 and -1.

    Of two numbers the greater is 1, of two other texts the last in alphabetical order ("-" is before all), as in files.

    Args:
        labels: numbers or texts, as a sequence, an array or a tensor.

    Raises:
        InputError: if there are more than two values, one that is neither number nor text, or only one that is neither
            1 nor -1, so that its class is not known.

    >>> signs_of_labels([0, 1, 1]), signs_of_labels(["setosa", "virginica"]), signs_of_labels([-1, -1])
    ((-1, 1, 1), (-1, 1), (-1, -1))
    """
    values = _comparable(_plain(labels))
    kinds = sorted(set(values), key=lambda value: (value != "-", value))
    if len(kinds) > 2:
        shown = ", ".join(shortened(_spelled(kind)) for kind in kinds[:3])
        raise InputError(f"{len(kinds)} different labels, such as {shown}; labels are 1 and -1, or any two values")
    if len(kinds) == 1 and kinds[0] not in (1, -1):
        only = shortened(_spelled(kinds[0]))
        raise InputError(f"all labels are {only}; labels are 1 and -1, or two values, the greater of which is 1")
    positive = kinds[-1] if len(kinds) == 2 else 1
    return tuple(1 if value == positive else -1 for value in values)


def class_numbers(labels: Iterable[Any], n_outputs: int) -> tuple[int, ...]:
    """Return the class of each label as a network tells classes: the number of an output, or of one output its sign.

    For one output the classes are 0 and 1, the one where it is positive; labels have two values, of which 1 is the
    greater, or the last in alphabetical order. A single value is 0 if it is a number below 1 or the text "-", and 1
    otherwise, as in files. For more outputs integers below their number are the outputs themselves; other labels of as
    many kinds are those in order.

    Args:
        labels: numbers or texts, as for :func:`signs_of_labels`.
        n_outputs: how many outputs the network has.

    Raises:
        InputError: if a label is neither number nor text, or they are of another number of kinds.

    >>> class_numbers(["no", "yes"], 1), class_numbers([2, 2, 0], 3), class_numbers([-1, 1], 2)
    ((0, 1), (2, 2, 0), (0, 1))
    """
    values = _comparable(_plain(labels))
    kinds = sorted(set(values), key=lambda value: (value != "-", value))
    count = max(n_outputs, 2)
    if n_outputs > 1 and set(kinds) <= set(range(count)):
        return tuple(map(int, values))
    if n_outputs == 1 and len(kinds) == 1:
        return (int(kinds[0] >= 1 if isinstance(kinds[0], Fraction) else kinds[0] != "-"),) * len(values)
    if len(kinds) != count:
        shown = ", ".join(shortened(_spelled(kind)) for kind in kinds[:3])
        given = f"{len(kinds)} different labels, such as {shown}"
        raise InputError(f"{given}; a network with {n_outputs} output{'s' * (n_outputs > 1)} tells {count} classes")
    return tuple(map(kinds.index, values))


def _plain(labels: Iterable[Any]) -> list[Any]:
    """Return labels one by one, those of arrays and tensors as numbers of Python."""
    if isinstance(labels, (str, bytes)):
        raise InputError(f"labels cannot be the text {shortened(labels)}; give a label for every point")
    flat = labels.reshape(-1) if hasattr(labels, "reshape") else labels
    try:
        return [label.item() if hasattr(label, "item") else label for label in flat]
    except TypeError:
        raise InputError(f"labels cannot be {shortened(labels)}; give a label for every point") from None


def _comparable(labels: list[Any]) -> list[Any]:
    """Return labels as numbers, or as texts if one of them spells no number."""
    numbers = []
    for label in labels:
        try:
            numbers.append(as_fraction(label))
        except NumberError:
            if all(isinstance(other, str) for other in labels):
                return labels
            raise InputError(f"label {shortened(label)}; labels are all numbers, or all texts") from None
    return numbers


def _spelled(value: Any) -> Any:
    return int(value) if isinstance(value, Fraction) and value.denominator == 1 else value
