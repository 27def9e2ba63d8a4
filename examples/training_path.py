"""Which cones of its data's fan does a training pass, and could the loss have risen less on the way?

The exclusive or is learned by the sign of max(g_1, g_2) - h, three affine forms that a perceptron changes step by
step. All walls that the path crosses between its checkpoints are found at exact places, with the loss there. The
loss that no path between the two ends avoids is found too.
With a file name the picture of the loss along the path is drawn.
Run: python examples/training_path.py [PICTURE]
"""

import sys

from tropical import ClassificationFan
from tropical.fans.classification import barrier, trajectory
from tropical.pictures import plot_trajectory, save_picture

POINTS, LABELS = [(0, 0), (1, 0), (0, 1), (1, 1)], [1, -1, -1, 1]
START = [(-9, 7, -9), (-1, -7, -6), (-2, 3, -3)]
"""The rows (constant, slopes) of g_1, g_2 and h."""


def value(form, point):
    return form[0] + sum(slope * entry for slope, entry in zip(form[1:], point, strict=True))


def step(forms, point, label, rate):
    """Move the larger of g_1 and g_2 and the form h so that the point goes to its side."""
    g = max((0, 1), key=lambda i: value(forms[i], point))
    moved = [list(form) for form in forms]
    for k, entry in enumerate((1, *point)):
        moved[g][k] += rate * label * entry
        moved[2][k] -= rate * label * entry
    return moved


def train(forms, rate=1, epochs=20):
    """Return the forms at the beginning and after every epoch that changed them."""
    checkpoints = [forms]
    for _ in range(epochs):
        for point, label in zip(POINTS, LABELS, strict=True):
            gap = max(value(form, point) for form in forms[:2]) - value(forms[2], point)
            if label * gap <= 0:
                forms = step(forms, point, label, rate)
        if forms == checkpoints[-1]:
            break
        checkpoints.append(forms)
    return checkpoints


def main():
    fan = ClassificationFan.of(POINTS, (2, 1), LABELS)
    checkpoints = train(START)
    path = trajectory(fan, checkpoints)
    print(f"{len(checkpoints)} checkpoints with the losses {path.losses}")
    print(f"{path.n_cones} cones passed, {path.n_walls} walls crossed:")
    for crossing in path.crossings:
        print(f"  at {crossing.place}: {crossing.kind} at points {crossing.points}, loss {crossing.loss}")
    assert path.losses[-1] == 0

    least, other = barrier(fan, checkpoints[0], checkpoints[-1])
    print(f"highest loss on the path: {path.highest_loss}; on every path between its ends it gets to {least} at least")
    assert least <= path.highest_loss and max(other.losses) == least
    if len(sys.argv) > 1:
        save_picture(plot_trajectory(path), sys.argv[1])


if __name__ == "__main__":
    main()
