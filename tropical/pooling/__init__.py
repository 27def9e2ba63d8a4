"""Max-pooling layers and their polytopes.

* ``layer``, ``window_files``: the windows of a layer.
* ``counts``, ``numbers``: numbers of linear regions and faces, with bounds, lists and samples; ``lines`` have closed
  forms.
* ``series``, ``growing_layers``, ``members``: generating functions of layers that grow.
* ``stacks``: other layers before or after.
* ``published``, ``verify``, ``tables``: the formulas of Escobar et al. (arXiv 2209.14978), held against counts.

>>> from tropical.pooling import MaxPooling, PoolingCounts
>>> PoolingCounts(MaxPooling(10, 3, stride=1)).n_vertices()
919
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
