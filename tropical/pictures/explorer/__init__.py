"""The explorer: activation fans and linear regions in a browser, as a file or in a notebook, fed by exact scenes.

A scene is a JSON document: ``fan_scene`` (with ``cone_count``, ``neighborhood``, ``layout``, ``sphere``),
``region_scene`` (with ``sketch``), ``space_scene``, ``polytope_scene``; a ``first_scene`` is on its way. ``page`` puts
one into a page with the script in ``web/``. ``notebook`` shows it, or ``server`` serves it; ``page_requests`` and
``network_requests`` say what may be asked of both; processes of their own compute it (``worker_pool``,
``worker_process``).
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
