from . import arrangements as arrangements
from . import polytopes as polytopes
from . import simplex_sums as simplex_sums
from .arrangements import ArrangementExample as ArrangementExample
from .polytopes import PolytopeExample as PolytopeExample
from .simplex_sums import SimplexSumExample as SimplexSumExample
