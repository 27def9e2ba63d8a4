"""Where the tests find the repository and the known answers."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests" / "data"
NETS = DATA / "nets"
POOLING = DATA / "pooling"
