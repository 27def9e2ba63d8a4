"""The picture that ``tropical topology --plot`` draws, or the mesh that it writes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import frozen

from polytopes.errors import InputError
from tropical.cli.arguments import refuse_unused
from tropical.cli.networks.pictures import check_picture
from tropical.cli.running import Stop
from tropical.cli.scenes import SceneOptions
from tropical.cli.tables import note
from tropical.cli.topology.questions import FunctionChoice, SetChoice

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.topology import CellComplex, Mesh


@frozen
class TopologyPlot(SceneOptions):
    """Where the picture goes: sets in the plane, the barcode and Betti numbers; or a level set in space as a mesh."""

    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Draw sets and barcode: .pdf, .svg or .png; or write the mesh of f = C of 3 variables: .off.",
            show_default=False,
        ),
    ] = None

    @property
    def is_mesh(self) -> bool:
        """Whether a mesh is asked for."""
        return self.plot is not None and self.plot.suffix.lower() == ".off"

    def check_all(self, choice: FunctionChoice, asked: SetChoice) -> None:
        """Refuse what cannot be drawn."""
        self.check(self.plot)
        if self.plot is None:
            return
        if choice.classes:
            raise InputError("--plot draws one function; 'tropical boundary --plot' draws classes")
        if not self.is_mesh:
            check_picture(self.plot)
        elif len(asked.levels) != 1 or "level" not in asked.relations:
            raise InputError(f"{self.plot}: a mesh is of one set f = C; give one --level, and no --set or --set level")

    def check_dimension(self, dim: int) -> None:
        """Refuse a mesh of a function of other than three variables."""
        if self.is_mesh and dim != 3:
            raise InputError(f"{self.plot}: a mesh is of a function of 3 variables, and there are {dim}")
        if self.is_mesh or dim != 2:
            given = {"window": self.window, "data": self.data}
            refuse_unused("is for sets in the plane, which are not drawn here; leave it out", **given)
        self.read(dim)

    def draw_after(self, stopped_by: Stop | None, found: CellComplex | None, asked: SetChoice) -> None:
        """Draw the picture or write the mesh, unless the work was stopped."""
        if self.plot is None:
            return
        if stopped_by is not None or found is None:
            note(f"{self.plot} was not drawn, because the work is not complete")
        elif self.is_mesh:
            mesh_of(found, asked).save(self.plot)
            note(f"the mesh is in {self.plot}")
        else:
            from polytopes.drawing.figures import save_picture
            from tropical.pictures.sublevel_sets import plot_topology

            sets = [found.set(relation, level) for level in asked.levels for relation in asked.relations.values()]
            field = asked.ring if isinstance(asked.ring, int) else 0
            save_picture(plot_topology(found, sets, field=field, **self.read(found.complex.dim).shown), self.plot)
            note(f"the picture is in {self.plot}")


def mesh_of(found: CellComplex, asked: SetChoice) -> Mesh:
    """Return the mesh of the level set, over an unbounded domain in a box around all vertices of cells."""
    from tropical.topology import CellComplex, level_mesh

    [level] = asked.levels
    if not found.complex.is_domain_bounded:
        box = _box(found)
        note("the domain is unbounded; the mesh ends at a box around all vertices of cells")
        part = box if found.complex.domain is None else found.complex.domain & box
        found = CellComplex.of(found.complex.network, part, output=found.output)
    return level_mesh(found.level(level))


def _box(found: CellComplex) -> Polyhedron:
    from polytopes.drawing.windows import box_around
    from polytopes.polyhedra.polyhedron import Polyhedron

    complex_ = found.complex
    return Polyhedron.box(*box_around(complex_.vertex(k) for k, vertex in enumerate(complex_.is_vertex) if vertex))
