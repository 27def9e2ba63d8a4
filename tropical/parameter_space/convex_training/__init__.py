"""Global optima of the training of networks with one hidden ReLU layer, exactly, by convex duality.

``training_data`` has points and targets, ``problem`` what is least, ``convex_program`` what can be asked of it,
``training`` the work and ``trained`` its answer. ``atoms`` lists the images of units, ``losses`` has both sides of each
program, ``cutting_planes`` solves the dual one (``float_projection`` guesses), for the norm 2 ``euclidean``;
``certificate`` writes what ``checker`` verifies, alone.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
