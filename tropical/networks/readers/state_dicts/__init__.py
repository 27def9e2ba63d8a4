"""Weights by name, as ``module.state_dict()`` gives them, without the model.

``reading``: the network, given the activation; ``order``: in what order named layers stand.
"""
