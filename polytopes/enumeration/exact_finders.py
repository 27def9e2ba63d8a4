"""What finds what is exact of blocks of cells of one program in one domain; it is made when it is first asked for."""

from __future__ import annotations

from functools import cached_property

from polytopes.enumeration.cell_measures import CellVolumes
from polytopes.enumeration.domain_cell import is_supported
from polytopes.enumeration.exact_forms import ExactForms
from polytopes.enumeration.exact_tapes import ExactTapes
from polytopes.enumeration.gate_program import Pattern, Tape
from polytopes.enumeration.patterns_beyond import PatternsBeyond
from polytopes.enumeration.records import Numbering
from polytopes.enumeration.residue_tape import ResidueTape, enough_primes, entry_tape, proving_tapes

MOST_ALONE = 16
"""Single cells whose forms are found on their tapes."""


class ExactFinders:
    """The part of :class:`polytopes.enumeration.recorded_cells.RecordedCells` that finds what blocks ask for."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.tapes = ExactTapes.on(numbering.program, numbering.frame.columns)
        self._alone = 0

    def takes_one_more(self) -> bool:
        """Whether the forms of a single cell are found on its tape; of many, what finds those of blocks is quicker."""
        self._alone += 1
        return self._alone <= MOST_ALONE

    @cached_property
    def forms(self) -> ExactForms:
        """What finds the exact forms of blocks of cells."""
        return ExactForms(self.numbering)

    @cached_property
    def entries(self) -> ResidueTape:
        """A tape whose lanes are the entries of forms modulo one prime."""
        return entry_tape(self.numbering.program, self.numbering.frame, enough_primes(0))

    @cached_property
    def proofs(self) -> list[ResidueTape]:
        """Tapes whose residues together determine the forms of the outputs."""
        return list(proving_tapes(self.numbering.program, self.numbering.frame))

    @cached_property
    def beyond(self) -> PatternsBeyond | None:
        """What finds the patterns beyond facets of blocks of cells."""
        return PatternsBeyond(self.numbering) if is_supported(self.numbering.program) else None

    @cached_property
    def measured(self) -> CellVolumes | None:
        """What finds the volumes of bounded cells in floats, in few dimensions."""
        return CellVolumes(self.numbering) if CellVolumes.takes(self.numbering) else None

    def tape(self, winners: Pattern) -> Tape:
        """Return the exact tape of the cell with these winners as far as the last gates."""
        last = max(self.numbering.program.last_gated_stage, 0)
        return self.tapes.at(last, winners[: self.tapes.first_gates[last]]) if self.numbering.program.stages else []
