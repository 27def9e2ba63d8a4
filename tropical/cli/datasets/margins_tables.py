"""What ``tropical margins`` shows a person: a table, and a picture of data in the plane."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from attrs import frozen

from tropical.cli.datasets.sources import print_summary
from tropical.cli.networks.pictures import check_picture
from tropical.cli.scenes import WindowOptions
from tropical.cli.starting import Document
from tropical.cli.tables import short_number

if TYPE_CHECKING:
    from tropical.fans.data_set import DataSet

MOST_SHOWN = 8
"""Longer lists of numbers are cut for a person; documents have them in full."""


@frozen
class MarginPicture(WindowOptions):
    """The picture of the classifiers and of the descent."""

    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Draw boundaries (of data in the plane) and the descent: .pdf, .svg or .png."
        ),
    ] = None

    def check(self) -> None:
        """Refuse what cannot be drawn, and a window without a picture."""
        self.check_window(self.plot)
        self.read_window(2)
        if self.plot is not None:
            check_picture(self.plot)

    def draw(self, data: DataSet, results: dict[str, Any]) -> None:
        """Draw what was found, if that was asked for."""
        if self.plot is None or "linear" not in results:
            return
        from polytopes.drawing.figures import floats, save_picture
        from tropical.parameter_space.margins.linear import MaxMargin
        from tropical.pictures.margins import Curve, Units, plot_margins

        linear, descent = results["linear"], results.get("descent")
        units: dict[str, Units] = {}
        for name in ("best network", "network"):
            if name in results:
                units[name] = Units.of(results[name].weights, results[name].signs, results[name].alpha)
        curve = None
        if descent is not None:
            shown = {descent.frames[k][0]: descent.frames[k][1] for k in _spread(len(descent.frames))}
            for step, weights in shown.items():
                units[f"step {step}"] = Units.of(weights, descent.units.signs, descent.units.alpha)
            bound = None if descent.bounds is None else float(descent.bounds.norm_squared)
            curve = Curve(descent.active, tuple(map(float, descent.norms_squared)), bound)
        w = floats([linear.w])[0] if isinstance(linear, MaxMargin) else None
        window = self.read_window(2)
        save_picture(plot_margins(floats(data.points), data.labels, w, units, curve, window=window), self.plot)


def _spread(count: int) -> list[int]:
    """Return the places of a few frames: the second, some between, and the last."""
    return sorted({min(count - 1, place) for place in (1, count // 4, count - 1)} - {0}) or [count - 1]


def show(document: Document) -> None:
    """Print margins for a person."""
    rows = [("linearly separable", {None: "not found", True: "yes", False: "no"}[document["separable"]])]
    if document["separable"]:
        rows.append(("w", _listed(document["w"])))
        rows.append(("|w|²", short_number(document["norm_squared"])))
        rows.append(("squared margin", short_number(document["margin_squared"])))
        rows.append(("support", _listed(list(map(str, document["support"])))))
    if document["farkas"] is not None:
        used = [f"{number} at {i}" for i, number in enumerate(document["farkas"]) if number != "0"]
        rows.append(("multipliers whose sum of y x is 0", ", ".join(used[:MOST_SHOWN]) + _more(used)))
    rows += _best_rows(document)
    rows += _descent_rows(document)
    if document.get("network_margins") is not None:
        own = document["network_margins"]
        rows.append(("network: smallest y f(x)", short_number(own["smallest_margin"])))
        rows.append(("network: errors", str(own["errors"])))
        if own["margin_factor_squared"] is not None:
            rows.append(("network: |W|² / |w|²", short_number(own["margin_factor_squared"])))
    if document.get("signal") is not None:
        rows += _signal_rows(document["signal"])
    print_summary(document, "margins", rows)


def _best_rows(document: Document) -> list[tuple[str, str]]:
    if "best_network" not in document:
        return []
    best = document["best_network"]
    if best is None:
        return [
            ("network of margin 1, one unit of each sign", "none" if document["separable"] is False else "not found")
        ]
    name = "shortest network of margin 1: |W|²"
    if best["lower_bound"] != best["norm_squared"]:
        name = "a network of margin 1: |W|²"
    rows = [(name, short_number(best["norm_squared"]))]
    if best["lower_bound"] != best["norm_squared"]:
        rows.append(("no network has less than", short_number(best["lower_bound"])))
    rows += [("  w with weight 1", _listed(best["w_plus"])), ("  w with weight -1", _listed(best["w_minus"]))]
    rows.append(("  made of w: |W|²", short_number(best["linear_embedding_norm_squared"])))
    return rows


def _descent_rows(document: Document) -> list[tuple[str, str]]:
    if document.get("descent_reason") is not None:
        return [("descent", document["descent_reason"])]
    descent = document.get("descent")
    if descent is None:
        return []
    end = "all margins at least 1" if descent["converged"] else "not at its end"
    rows = [(f"descent, eta {short_number(descent['eta'])}", f"{descent['T']:,} steps, {end}")]
    updates, norm = f"{descent['U']:,}", short_number(descent["W_norm_squared"])
    if descent["bounds"] is not None:
        updates += f", at most {short_number(descent['bounds']['updates'])}"
        norm += f", at most {short_number(descent['bounds']['norm_squared'])}"
    rows += [("  active points, summed", updates), ("  |W|²", norm)]
    if descent["no_bounds"] is not None:
        rows.append(("  no bounds, as", descent["no_bounds"]))
    if descent["margin_factor_squared"] is not None:
        rows.append(("  |W|² / |w|²", short_number(descent["margin_factor_squared"])))
    return rows


def _signal_rows(signal: Document) -> list[tuple[str, str]]:
    rows = []
    if signal["linear"] is not None:
        own = signal["linear"]
        text = f"{short_number(own['a_v'])} and {short_number(own['z_norm_squared'])}"
        rows.append(("w: signal and squared noise", text))
        if "error" in own:
            rows.append(("w: error", own["error"]["value"]))
            if own["upper_bound"] is not None:
                rows.append(("  bounds", f"{own['lower_bound']['value']} and {own['upper_bound']['value']}"))
    for name in ("best_network", "descent", "network"):
        if signal.get(name) is not None:
            own = signal[name]
            text = f"{short_number(own['a_min'])} and {short_number(own['z_norm_squared'])}"
            rows.append((f"{name.replace('_', ' ')}: signal and squared noise", text))
    return rows


def _listed(texts: list[str]) -> str:
    return " ".join(map(short_number, texts[:MOST_SHOWN])) + _more(texts)


def _more(texts: list[str]) -> str:
    return f" ... ({len(texts)} in all)" if len(texts) > MOST_SHOWN else ""
