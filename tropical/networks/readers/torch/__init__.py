"""PyTorch: modules, exported programs and files of weights.

* ``reading``: from a module to a network; ``preparation``, ``tracing``: its graph;
  ``memory``: what is written in place.
* ``modules``, ``functions``: the tables; ``activations``, ``arithmetic``, ``windows``, ``moves``, ``reductions``,
  ``resizing``: what they do; ``refusals``: why others are not read.
* ``tensors``: numbers of torch, exactly; ``files``, ``pickles``: state dictionaries, opened without unpickling code.
"""
