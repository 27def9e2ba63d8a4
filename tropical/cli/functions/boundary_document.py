"""What the answer of ``tropical boundary`` says of a boundary, however it was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tropical.cli.functions.sources import complex_document, texts
from tropical.cli.starting import Document

if TYPE_CHECKING:
    from tropical.algebra.decision_boundary import DecisionBoundary
    from tropical.regions.surveys.boundary_pieces import BoundaryPiece
    from tropical.regions.surveys.decision_boundary import NetworkBoundary


def from_terms(boundary: DecisionBoundary) -> Document:
    """Return what a document says of a boundary found from the terms of a function."""
    labels = range(boundary.n_classes)
    return {
        "classes": boundary.n_classes,
        "class_names": list(boundary.class_names),
        "f_vector": list(boundary.f_vector()),
        "bounded": boundary.is_bounded,
        "components": boundary.n_components,
        "regions": [len(boundary.regions(label)) for label in labels],
        "bounded_regions": [len(boundary.bounded_regions(label)) for label in labels],
        "tied_regions": len(boundary.tied_terms),
        "ties": [sorted(boundary.classes_on(cell)) for cell in boundary.minimal_mixed_cells],
    }


def from_regions(boundary: NetworkBoundary) -> Document:
    """Return what a document says of a boundary found from regions."""
    from tropical.algebra.decision_boundary import class_names

    return {
        "classes": len(boundary.regions),
        "class_names": list(class_names(len(boundary.regions), boundary.by_sign)),
        **(_from_complex(boundary) if boundary.pieces is None else _from_pieces(boundary, boundary.pieces)),
        "bounded": boundary.is_bounded,
        "regions": list(boundary.regions),
        "bounded_regions": list(boundary.bounded_regions),
        "ties": [sorted(tie) for tie in boundary.ties],
        "activation_regions": boundary.n_activation_regions,
    }


def _from_complex(boundary: NetworkBoundary) -> Document:
    """Return what a document says of the faces of a boundary."""
    complex = boundary.relative_complex
    return {
        "f_vector": list(complex.f_vector()),
        "components": boundary.n_components,
        "tied_regions": sum(cell.is_full_dimensional for cell in complex.maximal_cells),
    }


def _from_pieces(boundary: NetworkBoundary, pieces: tuple[BoundaryPiece, ...]) -> Document:
    """Return what a document says of maximal cells that have too many faces to be found."""
    return {
        "f_vector": None,
        "components": None,
        "tied_regions": sum(len(winners) > 1 for _, winners in boundary.cells),
        "pieces": [
            {
                "dim": piece.dim,
                "classes": sorted(piece.classes),
                "patterns": list(map(list, piece.patterns)),
                "point": texts(piece.point),
            }
            for piece in pieces
        ],
    }


def complex_of(boundary: DecisionBoundary | NetworkBoundary) -> Document | None:
    """Return the complex as it is written in documents; None where it has too many vertices."""
    from tropical.regions.surveys.decision_boundary import NetworkBoundary

    wide = isinstance(boundary, NetworkBoundary) and boundary.pieces is not None
    return None if wide else complex_document(boundary.complex)
