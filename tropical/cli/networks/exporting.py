"""The complex of regions that ``tropical regions --export`` writes after the count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from tropical.cli.exports import ComplexFile, check_complex_file, export
from tropical.cli.networks.counting import CountOptions
from tropical.cli.running import Stop, guarded
from tropical.cli.tables import note

if TYPE_CHECKING:
    from polytopes.polyhedra.polyhedron import Polyhedron
    from tropical.networks.network import Network


@frozen
class ExportOptions:
    """The file for the complex of regions."""

    export: ComplexFile = None

    def check(self) -> None:
        """Refuse files of other kinds."""
        check_complex_file(self.export)

    def check_domain(self, domain: Polyhedron | None) -> None:
        """Refuse a domain in which regions have too many vertices to be written."""
        from tropical.regions.vertices import refuse_many_vertices

        if self.export is not None:
            refuse_many_vertices(domain, "leave --export out, or fix all but a few (--relative)")

    def write_after(
        self, stopped_by: Stop | None, network: Network, domain: Polyhedron | None, options: CountOptions
    ) -> Stop | None:
        """Write the complex, whole or not at all, and return what stopped the work, the count included."""
        if self.export is None:
            return stopped_by
        if stopped_by is None:
            stopped_by = guarded(options.deadline, lambda: self._write(network, domain, options))
        if stopped_by is not None:
            note(f"{self.export} was not written, because not all regions were found")
        return stopped_by

    def _write(self, network: Network, domain: Polyhedron | None, options: CountOptions) -> None:
        from tropical.regions.activation_regions import activation_complex

        export(
            activation_complex(network, domain, method=options.method_name, relative=options.relative),
            self.export,
            "the complex of activation regions",
        )
