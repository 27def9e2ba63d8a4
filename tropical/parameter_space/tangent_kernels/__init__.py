"""Neural tangent kernels at data points: exact ones of networks, and their limit for infinite width.

``tangent_kernel`` is J J^T for the Jacobian J by the parameters; ``answer`` has its rank, its determinant and its
smallest eigenvalue; ``infinite_width`` is the kernel with Gaussian weights, in balls; ``separation`` says how far the
points are from one another, and what is known of the smallest eigenvalue from that.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
