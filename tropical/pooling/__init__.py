"""Max-pooling layers and their polytopes: counts, generating functions, published formulas.

::

    layer        the windows of a layer on its inputs, exactly as in torch
    lines        layers that fall apart into windows on lines
    counts       numbers of regions and faces of one layer, with activations; bounds, lists and samples of regions
    families     generating functions of layers that grow
    stacks       other pools, averages and affine layers before and after
    published    the formulas of Escobar et al. (arXiv 2209.14978), each with its regime
    verify       formula, count and convex hull side by side; every way to count one layer
    tables       tables of whole ranges of layers
    pictures     small max-pooling polytopes, drawn
"""
