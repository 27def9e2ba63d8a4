from .gradients import GradientBounds as GradientBounds
from .gradients import gradient_bounds as gradient_bounds
from .moments import MaxoutMoments as MaxoutMoments
from .moments import expected_breakpoints as expected_breakpoints
from .moments import maxout_gain as maxout_gain
from .moments import maxout_moments as maxout_moments
from .random_networks import random_maxout as random_maxout
