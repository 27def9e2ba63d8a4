"""Count the linear regions of networks trained on real data, exactly, and draw one. Run by ``make demo``."""

import csv
import json
import time
from pathlib import Path

import tropical
from polytopes import Polyhedron
from tropical import activation_regions, count_regions, plot_regions
from tropical.pictures import save_picture

NETWORKS = Path(__file__).parent / "networks"
RESULTS = Path(__file__).parent.parent / "results"


def main():
    RESULTS.mkdir(exist_ok=True)
    started = time.perf_counter()
    print("Exact regions of networks trained on real data\n")

    network, box = load("iris"), load_box("iris")
    flowers, species = load_flowers()
    print("iris.onnx was trained on the iris data: from the length and width of a petal it scores three species.\n")
    show_layers(network)

    print("\nOver the bounding box of the data, petals of 1 to 6.9 cm by 0.1 to 2.5 cm:\n")
    count = count_regions(network, box, linear=True)
    print(f"  activation regions    {count.activation_regions:5}")
    print(f"  linear regions        {count.linear_regions:5}")
    print(f"  distinct affine maps  {count.distinct_affine_maps:5}")
    check(network, box, count)

    print("\nAll networks in examples/networks, each over the bounding box of its data:\n")
    counts = {"iris": count, **{name: count_one(name) for name in ("iris4", "digits", "breast_cancer", "wine")}}
    show_counts(counts)

    labels = ["petal length (cm)", "petal width (cm)"]
    for ending in ("png", "pdf"):
        figure = plot_regions(network, box, data=flowers, labels=species, axis_labels=labels)
        save_picture(figure, RESULTS / f"iris-regions.{ending}")
    result = {name: found.as_dict() for name, found in counts.items()}
    (RESULTS / "regions.json").write_text(json.dumps(result, indent=2) + "\n")

    print(f"\nDone in {time.perf_counter() - started:.0f} seconds. Saved:\n")
    print("  results/iris-regions.png   the regions of iris.onnx, one colour for each affine map")
    print("  results/iris-regions.pdf   the same for a paper")
    print("  results/regions.json       the counts")
    print("\nNext: .venv/bin/tropical regions examples/networks/iris.onnx --linear")


def load(name):
    return tropical.load(NETWORKS / f"{name}.onnx")


def load_box(name):
    """Bounds are decimal strings, so 6.9 is 69/10 and not the float next to it."""
    bounds = json.loads((NETWORKS / f"{name}.box.json").read_text())
    return Polyhedron.box(bounds["lower"], bounds["upper"])


def load_flowers():
    with open(NETWORKS / "iris.csv", newline="") as file:
        _, *rows = csv.reader(file)
    return [row[:2] for row in rows], [row[2] for row in rows]


def show_layers(network):
    print(f"  {'layer':14}{'kind':10}{'outputs':>8}{'gates':>7}")
    for layer in network.layers:
        size = "×".join(map(str, layer.output_shape))
        print(f"  {layer.name:14}{layer.kind:10}{size:>8}{layer.n_gates or '':>7}")


def check(network, box, count):
    """Count a second way, by linear programs, and compare the exact area of all regions with that of the box."""
    second = list(activation_regions(network, box, method="witness"))
    assert len(second) == count.activation_regions
    area = sum(region.volume for region in second)
    assert area == box.volume()
    print(f"\n  Checked: a second method finds {len(second)} too, and their areas add up to {area}, that of the box.")


def count_one(name):
    return count_regions(load(name), load_box(name), linear=True)


def show_counts(counts):
    print(f"  {'network':15}{'inputs':>6}{'gates':>7}{'activation regions':>20}{'linear regions':>16}{'seconds':>9}")
    for name, count in counts.items():
        network = load(name)
        sizes = f"{network.input_dim:>6}{network.n_gates:>7}"
        print(f"  {name:15}{sizes}{count.activation_regions:>20,}{count.linear_regions:>16,}{count.seconds:>9.1f}")


if __name__ == "__main__":
    main()
