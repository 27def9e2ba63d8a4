"""Max-pooling layers and their polytopes: counts, generating functions, published formulas.

::

    layer        the windows of a layer on its inputs, exactly as in torch
    counts       numbers of regions and faces of one layer
    stacks       layers before and after the pool: ReLU, another pool, average pooling, affine maps
    published    the formulas of Escobar et al. (arXiv 2209.14978), each with its regime
    verify       formula, count and convex hull side by side
"""
