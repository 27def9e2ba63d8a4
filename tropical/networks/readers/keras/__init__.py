"""Keras models, opened without Keras.

``reading``: from a file to a network; ``files``: both formats; ``layers``, ``windows``: what the layers do.
"""
