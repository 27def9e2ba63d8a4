"""ONNX graphs.

* ``reading``: from a file or a model to a network; ``parts``: the nodes on which its output depends; ``inputs``: the
  ways in which the first axis is read; ``graph``: node by node; ``call``: one node with its attributes.
* ``operators``: the table of operators; ``activations``, ``arithmetic``, ``windows``, ``moves``, ``reductions``,
  ``resizing``, ``constants``: what they do.
* ``tensors``: stored numbers, also those in files beside; ``checks``: what a file may hold; ``runtime``: the last
  check.
"""
