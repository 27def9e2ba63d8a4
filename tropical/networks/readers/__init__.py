"""Readers of networks, one module or folder for a format; :func:`tropical.load` finds the right one.

=================  ============================================================================================
``.onnx``          ONNX graphs of the operators listed in :mod:`tropical.networks.readers.onnx.operators`
``.h5, .keras``    Keras models, opened without Keras (:mod:`tropical.networks.readers.keras`)
``.nnet``          text with normalization, as of the ACAS Xu networks (:mod:`tropical.networks.readers.nnet`)
``.npz``           numpy archives W0, b0, W1, b1, ... (:mod:`tropical.networks.readers.npz`)
``.json``          this toolkit's own format, rationals as strings (:mod:`tropical.networks.readers.json`)
``.pt``, ``.pth``  state dictionaries, given the activation (:mod:`tropical.networks.readers.state_dicts`)
``.safetensors``   state dictionaries too (:mod:`tropical.networks.readers.safetensors`)
objects            torch modules, scikit-learn networks and pipelines, ONNX models, Networks
=================  ============================================================================================

No reader unpickles: a pickle may run any code.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
