"""The questions on the first page of the documentation and in the README, and the script that makes their pictures.

    python docs/gallery.py [NAME ...]     # writes docs/images/gallery/NAME.png, all of them if none is named

Each picture is what its command draws, made smaller. That of the explorer is taken with Chromium.
"""

import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs/images/gallery"
WIDTH, WIDE, COLORS = 480, 800, 128
NETWORK = "examples/networks/iris.onnx --domain examples/networks/iris.box.json"


class Entry(NamedTuple):
    """A question, the command that answers it, and the how-to page that goes on from there."""

    name: str
    question: str
    command: str
    page: str


GALLERY = [
    Entry("regions", "How many linear pieces has my network?", f"tropical regions {NETWORK} --linear", "regions"),
    Entry("boundary", "Where does a classifier change its mind?", f"tropical boundary {NETWORK}", "tropical-algebra"),
    Entry(
        "topology",
        "Which minima, holes and saddles has a function?",
        "tropical topology 'abs(abs(x) - 1) + abs(abs(y) - 1)' --box=-2,2",
        "topology",
    ),
    Entry("complexity", "How densely does it bend?", f"tropical complexity {NETWORK}", "local-complexity"),
    Entry(
        "breakpoints",
        "Where does it bend along a segment?",
        "tropical breakpoints examples/networks/iris.json --segment '0,0;7,5/2'",
        "splines",
    ),
    Entry(
        "subdivision",
        "What is dual to a tropical curve?",
        "tropical subdivision 'max(2x, x + y + 1, 2y, x + 1, y + 1, 0)'",
        "tropical-algebra",
    ),
    Entry(
        "hull",
        "Which tropical polytope do points span?",
        "tropical hull examples/data/tropical_points.csv",
        "tropical-convexity",
    ),
    Entry(
        "spline",
        "What does a network of least norm interpolate?",
        "tropical spline examples/data/line.csv --target y",
        "splines",
    ),
    Entry(
        "mdp",
        "How fast do policy gradients reach an optimum?",
        "tropical mdp examples/processes/two_states.json",
        "linear-programs",
    ),
    Entry(
        "explorer",
        "What happens when I drag a point?",
        "tropical explore examples/data/square.csv --labels kind --terms 2,1",
        "explorer",
    ),
]


def main(names: list[str]) -> None:
    """Make the pictures with these names, or all."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for entry in GALLERY:
        if names and entry.name not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            picture = Path(folder) / "picture.png"
            draw(entry, picture)
            shrink(picture, PICTURES / f"{entry.name}.png")
        print(f"docs/images/gallery/{entry.name}.png", (PICTURES / f"{entry.name}.png").stat().st_size)


def draw(entry: Entry, picture: Path) -> None:
    """Run the command of an entry, and let it draw."""
    words = [sys.executable, "-m", *shlex.split(entry.command)]
    if entry.name != "explorer":
        subprocess.run([*words, "--plot", str(picture)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("the picture of the explorer is taken with Chromium, which is not there")
    page = picture.with_suffix(".html")
    subprocess.run([*words, "-o", str(page)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    options = [
        "--headless",
        "--no-sandbox",
        "--hide-scrollbars",
        "--window-size=1440,900",
        "--virtual-time-budget=8000",
    ]
    options.append(f"--user-data-dir={picture.parent / 'profile'}")
    command = [chromium, *options, f"--screenshot={picture}", page.as_uri()]
    for _ in range(2):  # a first visit is offered the tour
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def shrink(picture: Path, target: Path) -> None:
    """Write a picture at the width of the gallery, with few colors; wide ones have several parts."""
    with Image.open(picture) as image:
        whole = image.convert("RGB")
    width = WIDE if whole.width > 1.5 * whole.height else WIDTH
    size = (width, round(whole.height * width / whole.width))
    small = whole.resize(size, Image.Resampling.LANCZOS).quantize(COLORS, Image.Quantize.MEDIANCUT)
    small.save(target, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
