from .maximum import Maximum as Maximum
from .maximum import maximum as maximum
from .property import Case as Case
from .property import Property as Property
from .verify import Verdict as Verdict
from .verify import verify as verify
from .vnnlib import load_property as load_property
from .vnnlib import parse_property as parse_property
