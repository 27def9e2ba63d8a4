"""The command ``tropical margins``: linear separability, largest margins, exact training of leaky ReLU networks."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, field

from polytopes.errors import InputError, LimitReached, NoAnswerError, ShapeError
from tropical._version import __version__
from tropical.cli.answers import KNOWN, Answer
from tropical.cli.app import Panel, command
from tropical.cli.arguments import ReadingOptions, naming, numbers, one_number, read_network
from tropical.cli.datasets.margins_options import LeakyOptions, SignalOptions
from tropical.cli.datasets.margins_tables import MarginPicture, show
from tropical.cli.datasets.sources import DataFile, described, report, tell_labels
from tropical.cli.documents import network_document
from tropical.cli.running import Stop, TimeUp, guarded, running_count, running_line, time_limit
from tropical.cli.starting import Asked, Document, interrupts_are_raised

if TYPE_CHECKING:
    from fractions import Fraction

    from polytopes.arithmetic.rationals import Vector
    from tropical.fans.data_set import DataSet
    from tropical.networks.network import Network
    from tropical.parameter_space.margins.leaky_units import LeakyUnits
    from tropical.parameter_space.margins.linear import Inseparable, MaxMargin

LINEAR = ("separable", "w", "norm_squared", "margin_squared", "support", "tight", "multipliers", "farkas")


@command(
    Panel.data_sets,
    {
        "data": None,
        **dict.fromkeys(LINEAR),
        "best_network": Asked("best_network", None),
        "descent": Asked("descend", None),
        "network": Asked("network", None),
        "signal": Asked("signal", None),
        "version": __version__,
    },
)
def margins(
    file: DataFile, *, leaky: LeakyOptions, given: SignalOptions, picture: MarginPicture, answer: Answer
) -> Stop | None:
    """Decide whether labelled data are linearly separable, and find the classifier sign(w.x) of largest margin.

    There is no constant: add a column of ones for one. Leaky ReLU networks have no biases either.

    Exit codes: 0 done, also if the data are not separable; 2 bad input; 3 stopped at a limit; 130 Ctrl-C.
    """
    leaky.check()
    given.check()
    answer.check(file.data, given.network, others=(picture.plot,))
    picture.check()
    interrupts_are_raised()
    started = time.perf_counter()
    with time_limit(leaky.deadline):
        data = _read(file)
        network = None if given.network is None else _read_network(given.network, given, data)
    work = _Work(data, leaky, given, network)
    stopped_by = guarded(leaky.deadline, work.run)
    tell_labels(file.data, file.labels)
    of_data = described(data, file.data, constant=False)
    report(answer, show, work.found, data=of_data, stopped_by=stopped_by, started=started, said=KNOWN)
    picture.draw(data, work.results)
    return stopped_by


def _read(file: DataFile) -> DataSet:
    data = file.read()
    if not data.n_points:
        raise InputError(f"{file.data} has no points; give at least one")
    if not data.labels:
        raise InputError(f"{file.data} has no column named label; name the column of labels with --labels")
    return data


def _read_network(path: Path, options: ReadingOptions, data: DataSet) -> Network:
    network = read_network(path, options)
    if (network.input_dim, network.output_dim) != (data.dim, 1):
        shape = f"{network.input_dim} inputs and {network.output_dim} outputs"
        raise ShapeError(f"{path} has {shape}; points in dimension {data.dim} need {data.dim} and 1")
    return network


@define
class _Work:
    """What is done, in order, with the document and the results so far."""

    data: DataSet
    leaky: LeakyOptions
    given: SignalOptions
    network: Network | None
    alpha: Fraction | None = None
    eta: Fraction | None = None
    gamma: Fraction | None = None
    found: Document = field(init=False)
    results: dict[str, Any] = field(factory=dict)

    @found.default
    def _empty(self) -> Document:
        asked = {
            "best_network": self.leaky.best_network,
            "descent": self.leaky.descend,
            "descent_reason": self.leaky.descend,
            "network": self.network is not None,
            "network_margins": self.network is not None,
            "signal": self.given.signal is not None,
        }
        return {**dict.fromkeys(LINEAR), **{name: None for name, is_asked in asked.items() if is_asked}}

    def run(self) -> None:
        """Answer all questions."""
        from tropical.parameter_space.margins.linear import max_margin

        if self.network is not None:
            self.found["network"] = network_document(self.network, str(self.given.network))
        direction = self._direction()
        self.alpha = one_number(self.leaky.alpha, "--alpha")
        self.eta, self.gamma = one_number(self.leaky.eta, "--eta"), one_number(self.given.gamma, "--gamma")
        linear = self.results["linear"] = max_margin(self.data.points, self.data.labels)
        self.found |= linear.as_dict()
        stops = []
        for asked, work in ((self.leaky.best_network, self._search), (self.leaky.descend, self._descend)):
            if asked:
                stops += self._until_the_limit(work)
        if self.network is not None:
            self._judge(self.network, linear)
        if direction is not None:
            self.found["signal"] = self._parts(direction, linear)
        if stops:
            raise stops[0]

    def _until_the_limit(self, work: Callable[[], None]) -> list[LimitReached]:
        """Do a piece of work; return what stopped it, since the others can still be done."""
        try:
            work()
        except LimitReached as stop:
            return [stop]
        return []

    def _direction(self) -> Vector | None:
        from tropical.parameter_space.margins.signal import unit_vector

        if self.given.signal is None:
            return None
        vector = numbers(self.given.signal, "--signal")
        with naming("--signal", self.given.signal):
            return unit_vector(vector, self.data.dim)

    def _search(self) -> None:
        from tropical.parameter_space.margins.best_network import BestNetwork, max_margin_network

        with running_count("quadratic programs") as show_count:
            try:
                best = max_margin_network(self.data.points, self.data.labels, self.alpha, self.leaky.limit, show_count)
                stopped = None
            except LimitReached as stop:
                best, stopped = stop.partial, stop
        if isinstance(best, BestNetwork):
            self.results["best network"] = best.units
            self.found["best_network"] = best.as_dict()
        if stopped is not None:
            raise stopped

    def _descend(self) -> None:
        from tropical.parameter_space.margins.hinge_descent import hinge_descent

        last = (0, 0)
        with running_line(_descent_text) as show_state:

            def tell(step: int, active: int) -> None:
                nonlocal last
                last = (step, active)
                show_state(last)

            self.found["descent_reason"] = "stopped before the first step"
            try:
                descent = hinge_descent(
                    self.data.points,
                    self.data.labels,
                    self.alpha,
                    self.leaky.units or 1,
                    self.eta,
                    weights=self.data.weights,
                    limit=self.leaky.limit,
                    progress=tell,
                )
                stopped = None
            except LimitReached as stop:
                descent, stopped = stop.partial, stop
            except NoAnswerError as reason:
                self.found["descent_reason"] = str(reason)
                return
            except (TimeUp, KeyboardInterrupt):
                self.found["descent_reason"] = f"stopped at {_descent_text(last)}"
                raise
        self.results["descent"], self.found["descent"] = descent, descent.as_dict()
        self.found["descent_reason"] = None
        if stopped is not None:
            raise stopped

    def _judge(self, network: Network, linear: MaxMargin | Inseparable) -> None:
        """Add the margins of the network that was given."""
        from polytopes.arithmetic.rationals import exact_text
        from polytopes.errors import UnsupportedError
        from tropical.parameter_space.margins.leaky_units import LeakyUnits
        from tropical.parameter_space.margins.linear import MaxMargin

        outputs = [network(point)[0] for point in self.data.points]
        least = min(label * value for label, value in zip(self.data.labels, outputs, strict=True))
        wrong = sum(label * value <= 0 for label, value in zip(self.data.labels, outputs, strict=True))
        own: Document = {
            "outputs": list(map(exact_text, outputs)),
            "smallest_margin": exact_text(least),
            "errors": wrong,
        }
        own |= {"W_norm_squared": None, "margin_factor_squared": None, "no_units": None}
        try:
            units = self.results["network"] = LeakyUnits.of_network(network)
        except UnsupportedError as reason:
            own["no_units"] = str(reason)
        else:
            own["W_norm_squared"] = exact_text(units.norm_squared)
            if isinstance(linear, MaxMargin):
                own["margin_factor_squared"] = exact_text(units.norm_squared / linear.norm_squared)
        self.found["network_margins"] = own

    def _parts(self, direction: Vector, linear: MaxMargin | Inseparable) -> Document:
        """Return signal and noise of all classifiers that are at hand."""
        from polytopes.arithmetic.rationals import dot, exact_text
        from tropical.parameter_space.margins.linear import MaxMargin
        from tropical.parameter_space.margins.signal import linear_error, signal_noise

        def of_units(units: LeakyUnits) -> Document:
            return signal_noise(units.weights, direction, units.alpha, units.signs).as_dict()

        parts: Document = {"v": list(map(exact_text, direction)), "gamma": None, "linear": None}
        if isinstance(linear, MaxMargin):
            along = dot(linear.w, direction)
            parts["linear"] = {"a_v": exact_text(along), "z_norm_squared": exact_text(linear.norm_squared - along**2)}
            if self.gamma is not None:
                parts["gamma"] = exact_text(self.gamma)
                error = linear_error(linear.w, direction, self.gamma, self.data.dim, self.given.digits)
                parts["linear"] = error.as_dict()
        for name in ("best network", "network"):
            if name in self.results:
                parts[name.replace(" ", "_")] = of_units(self.results[name])
        if "descent" in self.results:
            parts["descent"] = of_units(self.results["descent"].units)
        return parts


def _descent_text(state: tuple[int, int]) -> str:
    return f"step {state[0]:,}, {state[1]:,} active points"
