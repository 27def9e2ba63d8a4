from .explorer.notebook import Explorer as Explorer
from .figures import save_picture as save_picture
from .plane import Plane as Plane
from .polytopes import plot_polytope as plot_polytope
from .regions import plot_regions as plot_regions
from .tropical_curves import plot_boundary as plot_boundary
from .tropical_curves import plot_subdivision as plot_subdivision
from .view import View as View
