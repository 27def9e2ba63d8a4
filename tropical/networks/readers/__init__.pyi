from .json import save as save
from .loading import load as load
