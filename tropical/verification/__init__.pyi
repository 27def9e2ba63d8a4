from .property import Case as Case
from .property import Property as Property
from .vnnlib import load_property as load_property
from .vnnlib import parse_property as parse_property
