"""One enumeration in many processes: slices of the splitting tree, the scheduler, workers, clusters, checkpoints."""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
