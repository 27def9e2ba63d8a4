"""What all readers of graphs share: tensors as the graphs see them, and what operations do with them.

* ``values``: a tensor of a graph, or a constant; ``graph``: the network that grows as operations are applied to values;
  ``operations``: those made of others; ``batches``: what they do to the batch axis; ``resizing``: axes of other
  lengths.
* ``pieces``: functions of one variable that may jump; ``jumps``: sums and products of such, which may be continuous;
  ``conditions``: choices by comparisons.
"""
