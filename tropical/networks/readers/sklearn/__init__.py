"""scikit-learn.

``reading``: networks, linear models, searches and pipelines; ``steps``: scalers and the other steps of a pipeline.
"""
