from .answer import LocalComplexity as LocalComplexity
from .local_complexity import local_complexity as local_complexity
from .noise import Gaussian as Gaussian
from .noise import Noise as Noise
from .noise import Uniform as Uniform
