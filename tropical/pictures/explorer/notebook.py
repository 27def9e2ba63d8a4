"""The explorer in a notebook, or as a file: a page in a frame without any package, a widget with anywidget."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property, partial
from html import escape
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from polytopes.arithmetic.rationals import MatrixLike
from polytopes.errors import InputError, MissingExtraError
from polytopes.messages import shortened
from tropical.fans.classification.fan import ClassificationFan
from tropical.fans.data_set import DataSet
from tropical.pictures.explorer.fan_scene import FanRequest, Scene, fan_scene
from tropical.pictures.explorer.page import module, page, style_sheet
from tropical.pictures.explorer.polytope_scene import PoolingRequest, polytope_scene
from tropical.pictures.explorer.region_scene import RegionsRequest

if TYPE_CHECKING:
    from polytopes.minkowski_sums.hypergraph import Hypergraph
    from polytopes.polyhedra.domains import DomainLike
    from tropical.networks.sources import NetworkLike
    from tropical.pictures.explorer.training.request import TrainingRequest
    from tropical.pictures.plane import Plane
    from tropical.pooling.layer import MaxPooling

HEIGHT = 900
"""Pixels of the frame in a notebook."""


@frozen(slots=False, eq=False, repr=False)
class Explorer:
    """An interactive page of a classification fan, of the regions of networks, or of a max-pooling polytope.

    >>> explorer = Explorer.of([[0], [1], [2]], labels=[1, -1, 1], terms=(2, 1))
    >>> explorer
    Explorer of 3 points in Q^1 for 2 terms less 1
    >>> explorer.scene["counts"]["maximal_cones"], explorer.html.startswith("<!doctype html>")
    (21, True)
    """

    request: FanRequest | RegionsRequest | TrainingRequest | PoolingRequest

    def __attrs_post_init__(self) -> None:
        if not hasattr(self.request, "title"):  # all requests have one
            way = "write Explorer.of(data, terms), Explorer.of_network(network) or Explorer.of_pooling(layer)"
            raise InputError(f"Explorer(...) got {shortened(self.request)}; {way}")

    @classmethod
    def of(
        cls,
        data: MatrixLike | DataSet,
        terms: Sequence[int] = (2, 1),
        labels: Iterable[Any] | None = None,
        title: str = "",
    ) -> Explorer:
        """Return the explorer of a data set (or M x d rationals), for terms of g and of h and labels of two values.

        Raises:
            InputError: if terms are not two positive integers.
        """
        fan = ClassificationFan.of(data, terms, labels)
        return cls(FanRequest(fan.data, fan.terms, title))

    @classmethod
    def of_network(
        cls,
        network: NetworkLike,
        domain: DomainLike = None,
        plane: Plane | None = None,
        title: str = "",
        *,
        data: Any = None,
        labels: Any = None,
    ) -> Explorer:
        """Return the explorer of a network with two inputs, in space with three, or of its restriction to a plane.

        Args:
            network: a network, or what :func:`tropical.load` reads without options.
            domain: a polyhedron in its input space, or bounds; the whole space if None.
            plane: where to cut.
            title: of the page.
            data: points on top, a DataSet or n x d numbers; with a plane they are projected to it orthogonally.
            labels: a label of any kind for every point.
        """
        from tropical.networks.sources import asked
        from tropical.pictures.data_points import DataPoints

        network, domain = asked(network, domain)
        return cls(RegionsRequest(network, domain, plane, title, data=DataPoints.of(data, labels, plane)))

    @classmethod
    def of_training(
        cls,
        networks: Iterable[NetworkLike],
        domain: DomainLike = None,
        plane: Plane | None = None,
        title: str = "",
        *,
        names: Sequence[str] | None = None,
        window: Any = None,
        data: Any = None,
        labels: Any = None,
    ) -> Explorer:
        """Return the explorer of the checkpoints of a training, in order.

        Args:
            networks: at least two of one shape, as for :meth:`of_network`; two inputs, or others and a plane, or data
                with labels.
            domain, plane, title: as for :meth:`of_network`.
            names: of the checkpoints; their numbers if None.
            window: bounds of what is shown, a pair for each coordinate of the picture.
            data: points in the input space, a DataSet or n x d numbers.
            labels: a label of any kind for every point.

        >>> from tropical import Network
        >>> nets = [Network.from_weights([([[1, k], [k, 1]], [0, 0]), ([[1, 1]], [-1])]) for k in range(3)]
        >>> explorer = Explorer.of_training(nets, (-1, 1))
        >>> [frame["counts"]["activation_regions"] for frame in explorer.scene["frames"]]
        [4, 2, 4]
        """
        from polytopes.drawing.windows import as_window
        from tropical.networks.sources import as_network, asked
        from tropical.pictures.data_points import DataPoints
        from tropical.pictures.explorer.training.request import TrainingRequest

        if isinstance(networks, (str, bytes, PathLike)) or not isinstance(networks, Iterable):
            raise InputError(f"networks cannot be {shortened(networks)}; give a list of at least two checkpoints")
        found = tuple(map(as_network, networks))
        where = asked(found[0], domain)[1] if found else None
        shown = None
        if window is not None and found:
            bounds = as_window(window, found[0].input_dim if plane is None else 2)
            shown = tuple(zip(bounds.lower, bounds.upper, strict=True))
        points = DataPoints.of(data, labels)
        known = tuple(map(str, range(len(found)) if names is None else names))
        own = ((), ()) if points is None else (points.points, points.labels)
        return cls(TrainingRequest(found, known, *own, where, plane, shown, title=title))

    @classmethod
    def of_pooling(cls, layer: MaxPooling | Hypergraph, title: str = "") -> Explorer:
        """Return the explorer of a max-pooling layer, one channel of it, or of its windows.

        >>> from tropical import MaxPooling
        >>> Explorer.of_pooling(MaxPooling(4, 3, stride=1)).scene["counts"]["linear_regions"]
        7
        """
        from tropical.pooling.layer import MaxPooling

        return cls(PoolingRequest(layer.hypergraph if isinstance(layer, MaxPooling) else layer, title))

    def __repr__(self) -> str:
        request = self.request
        if isinstance(request, FanRequest):
            data, (n, m) = request.data, request.terms
            return f"Explorer of {data.n_points} points in Q^{data.dim} for {n} terms less {m}"
        if isinstance(request, PoolingRequest):
            return f"Explorer of {request.windows!r}"
        if isinstance(request, RegionsRequest):
            return f"Explorer of {request.network!r}"
        return f"Explorer of {len(request.networks)} checkpoints of {request.networks[0]!r}"

    @cached_property
    def scene(self) -> Scene:
        """What the page shows, as a JSON document."""
        if isinstance(self.request, FanRequest):
            return fan_scene(self.request)
        if isinstance(self.request, PoolingRequest):
            return polytope_scene(self.request)
        if isinstance(self.request, RegionsRequest):
            from tropical.pictures.explorer.network_requests import touchable_scene

            return touchable_scene(self.request)
        from tropical.pictures.explorer.training.scene import training_scene

        return training_scene(self.request)

    @property
    def html(self) -> str:
        """The page, which needs nothing else and sends no request."""
        return page(self.scene)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the page to a file."""
        from polytopes.output_files import write_text

        write_text(Path(path), self.html)

    def serve(self, port: int = 0, opens: bool = True) -> None:
        """Show the page at an address of this machine until interrupted; needs the extra ``explore``."""
        from tropical.pictures.explorer.server import serve

        serve(self.scene, self._computed, port, opens)

    @cached_property
    def _computed(self) -> FanRequest | RegionsRequest | None:
        """The request, if more than its scene can be asked for."""
        if isinstance(self.request, FanRequest):
            return self.request
        if isinstance(self.request, RegionsRequest) and self.scene["network"] is not None:
            return self.request
        return None

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.html)}" sandbox="allow-scripts allow-downloads" title="Explorer" '
            f'style="width:100%;height:{HEIGHT}px;border:0"></iframe>'
        )

    @cached_property
    def widget(self) -> Any:
        """A widget in which points can be moved, or weights changed; ``selection`` is the cone that was clicked.

        Raises:
            MissingExtraError: if anywidget is not installed.
        """
        try:
            import anywidget
            import traitlets
        except ImportError:
            raise MissingExtraError("anywidget", "explore", "the widget") from None
        traits = {
            "_esm": module(),
            "_css": style_sheet(),
            "scene": traitlets.Dict(self.scene).tag(sync=True),
            "can_compute": traitlets.Bool(self._computed is not None).tag(sync=True),
            "request": traitlets.Dict().tag(sync=True),
            "answer": traitlets.Dict().tag(sync=True),
            "selection": traitlets.Dict(allow_none=True, default_value=None).tag(sync=True),
        }
        found = type("ExplorerWidget", (anywidget.AnyWidget,), traits)()
        if self._computed is not None:
            from tropical.pictures.explorer.notebook_worker import Background
            from tropical.pictures.explorer.subjects import workers_for

            background = Background(workers_for(self._computed))
            found.observe(lambda change: background.ask(change["new"], partial(found.set_trait, "answer")), "request")
        return found

    @property
    def selection(self) -> dict[str, Any] | None:
        """The cone that is selected in :attr:`widget`: its colours, a parameter as texts, and its loss."""
        chosen: dict[str, Any] | None = self.widget.selection
        return chosen
