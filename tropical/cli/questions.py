"""What ``tropical`` prints without a command: what can be asked, and the line that asks it."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

QUESTIONS = (
    ("How many linear pieces has my network?", "tropical regions NET --linear"),
    ("How long would a count take?", "tropical estimate NET"),
    ("Where does a classifier change its mind?", "tropical boundary NET --plot FILE.png"),
    ("Does it satisfy a property, and why?", "tropical verify NET PROPERTY.vnnlib"),
    ("Are two networks equal, and where not?", "tropical diff NET NET"),
    ("How large and how steep does it get?", "tropical extrema NET; tropical lipschitz NET"),
    ("How densely does it bend?", "tropical complexity NET"),
    ("Which minima, holes and saddles has a function?", "tropical topology NET"),
    ("What is dual to a tropical curve?", "tropical subdivision 'max(2x, x + y, 2y, 0)'"),
    ("Which tropical polytope do points span?", "tropical hull POINTS.csv"),
    ("What is the smallest loss of a classifier?", "tropical classify DATA.csv --terms 2,1 --labels COLUMN"),
    ("Which network is the best for my data?", "tropical train DATA.csv --target COLUMN"),
    ("How many regions has a max-pooling layer?", "tropical pool --input 10 --window 3 --stride 1"),
    ("What happens when I drag a point?", "tropical explore DATA.csv --terms 2,1"),
)
"""Questions, each with a line that answers it."""


def show_questions() -> None:
    """Print the questions, and how to go on."""
    console = Console(highlight=False, soft_wrap=True)
    console.print("tropical: exact polyhedral and tropical computation for neural networks\n")
    for question, line in QUESTIONS:
        console.print(f"{question}\n    [bold]{escape(line)}[/bold]")
    console.print(
        "\nNET is a network: .onnx, .keras, .h5, .nnet, .npz, .json, a state dict in .pt or .safetensors.\n"
        "'tropical --help' lists all commands, 'tropical COMMAND --help' the options of one."
    )
