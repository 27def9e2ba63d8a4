from .loading import load as load
from .loading import load_complex as load_complex
from .loading import load_fan as load_fan
from .loading import save as save
from .loading import save_complex as save_complex
from .loading import save_fan as save_fan
