"""Data on top of a picture: points, one marker and one color for each label, and the legend. Needs matplotlib."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from polytopes.arithmetic.rationals import Matrix, as_matrix
from polytopes.drawing.figures import DARK, floats, legend_text
from polytopes.errors import InputError, ShapeError
from polytopes.messages import shortened
from tropical.algebra.decision_boundary import class_names
from tropical.fans.data_set import DataSet

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tropical.pictures.plane import Plane

MARKERS = "osD^vP*X"
FEW, SIZE, SMALLEST = 200, 13.0, 4.0
"""Up to how many points their markers keep their area, in square points; of more it shrinks to the last number."""


@frozen
class DataPoints:
    """Points that are drawn, and a label for each of them, or none."""

    points: Matrix
    labels: tuple[Any, ...] = ()

    @classmethod
    def of(cls, data: Any, labels: Any = None, plane: Plane | None = None) -> DataPoints | None:
        """Return the points that are to be drawn, None without data.

        Args:
            data: a DataSet, or n x d numbers in any sequence or array.
            labels: a label for every point: any values; those of the DataSet if None.
            plane: points of its space are projected to it orthogonally; others are in its coordinates already.

        Raises:
            InputError: for labels without data.
            ShapeError: if there are not as many labels as points.

        >>> DataPoints.of([(0, 1), (1, 1)], ["yes", "no"]).names
        ('no', 'yes')
        """
        if data is None:
            if labels is not None:
                raise InputError("there are labels, but no data; give data=points too")
            return None
        if isinstance(data, DataSet):
            data, labels = data.points, (data.labels or None) if labels is None else labels
        points = as_matrix(data)
        found = cls(points, _as_labels(labels, len(points)))
        return found if plane is None else found.in_plane(plane)

    def in_plane(self, plane: Plane) -> DataPoints:
        """Return the points in the coordinates of a plane; points with two coordinates are in them already."""
        wide = len(plane.base)
        if wide == 2 or all(len(point) == 2 for point in self.points):
            return self
        return evolve(self, points=tuple(plane.coordinates(point) for point in self.points))

    def check_dim(self, *dims: int) -> None:
        """Refuse points with another number of coordinates than one of these."""
        for number, point in enumerate(self.points):
            if len(point) not in dims:
                wanted = " or ".join(map(str, dims))
                raise ShapeError(f"point {number} of the data has {len(point)} coordinates; the picture needs {wanted}")

    @property
    def names(self) -> tuple[Any, ...]:
        """The different labels, in order if they have one."""
        found = dict.fromkeys(self.labels)
        try:
            return tuple(sorted(found))
        except TypeError:
            return tuple(found)


def _as_labels(labels: Any, size: int) -> tuple[Any, ...]:
    if labels is None:
        return ()
    if isinstance(labels, (str, bytes)):
        raise InputError(f"labels cannot be the text {shortened(labels)}; give a label for every point")
    flat = labels.reshape(-1) if hasattr(labels, "reshape") else labels
    found = tuple(label.item() if hasattr(label, "item") else label for label in flat)
    if len(found) != size:
        raise ShapeError(f"{len(found)} labels for {size} points; give one for each")
    return found


def classes_of_labels(names: Sequence[Any], classes: Sequence[str], by_sign: bool) -> dict[Any, int] | None:
    """Return the class that each label stands for, None if that is not clear.

    Labels that are names of classes stand for these. Otherwise, where a sign decides, the greater of two numbers stands
    for the positive class 0 and the other one for the negative class 1; else integers are numbers of classes, and of
    two classes the greater of two other numbers stands for the second.

    >>> classes_of_labels([0, 1], ["positive", "negative"], True), classes_of_labels([-1, 1], ["a", "b"], False)
    ({1: 0, 0: 1}, {-1: 0, 1: 1})
    """
    texts = [label_text(name) for name in names]
    if set(texts) <= set(classes):
        return {name: list(classes).index(text) for name, text in zip(names, texts, strict=True)}
    if not all(isinstance(name, (int, float)) for name in names):
        return None
    if by_sign:
        if len(names) == 2:
            return {max(names): 0, min(names): 1}
        return {name: int(name <= 0) for name in names} if len(names) == 1 else None
    if all(name in range(len(classes)) for name in names):
        return {name: int(name) for name in names}
    if len(names) == len(classes) == 2:
        return {min(names): 0, max(names): 1}
    return None


def named_classes(given: Sequence[str] | None, count: int, by_sign: bool) -> list[str]:
    """Return the names of classes, those that are given or the usual ones.

    Raises:
        ShapeError: if there are not as many names as classes.

    >>> named_classes(None, 2, by_sign=True), named_classes(["cat", "dog"], 2, by_sign=False)
    (['positive', 'negative'], ['cat', 'dog'])
    """
    if given is None:
        return list(class_names(count, by_sign))
    if isinstance(given, str) or len(given) != count:
        raise ShapeError(f"names {shortened(given)} for {count} classes; give a list with one for each")
    return list(map(str, given))


def label_text(label: Any) -> str:
    """Return a label as a legend shows it.

    >>> label_text(1.0), label_text("setosa")
    ('1', 'setosa')
    """
    return str(int(label)) if isinstance(label, float) and label.is_integer() else str(label)


def draw_data(
    axes: Axes,
    data: DataPoints | None,
    classes: Mapping[Any, int] | None = None,
    names: Sequence[str] | None = None,
) -> None:
    """Draw the points; those of one label have one marker.

    Args:
        axes: of the line, the plane or space.
        data: the points, if there are any.
        classes: the class that each label stands for; points have its dark color.
        names: names of the classes, which the legend then shows for labels.
    """
    if data is None or not data.points:
        return
    size = max(SMALLEST, SIZE * min(1.0, FEW / len(data.points)))
    rows = floats(data.points)
    if not data.labels:
        _scatter(axes, rows, s=size, color="white", edgecolor="black", linewidth=0.5)
        return
    for k, name in enumerate(data.names):
        own = [row for row, label in zip(rows, data.labels, strict=True) if label is name or label == name]
        color = DARK[(k if classes is None else classes[name]) % len(DARK)]
        shown = label_text(name) if classes is None or names is None else names[classes[name]]
        marker, text = MARKERS[k % len(MARKERS)], legend_text(shown)
        _scatter(axes, own, s=size, marker=marker, color=color, edgecolor="white", linewidth=0.4, label=text)


def _scatter(axes: Axes, rows: Sequence[Sequence[float]], **style: Any) -> None:
    """Draw dots; those with one coordinate lie on the lower side of the axes."""
    if len(rows[0]) == 1:
        style["transform"] = axes.get_xaxis_transform()
        rows = [(row[0], 0.0) for row in rows]
    axes.scatter(*zip(*rows, strict=True), zorder=3, clip_on=len(rows[0]) == 3, **style)
