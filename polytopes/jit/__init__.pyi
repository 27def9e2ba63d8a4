from .bundles import Bundle as Bundle
from .compilation import compiled as compiled
from .compilation import entry as entry
from .compilation import indexed_from_start as indexed_from_start
from .notices import tell_of_compilation as tell_of_compilation
from .stale_code import fingerprint as fingerprint
from .stale_code import name_after_sources as name_after_sources
from .stale_code import sources as sources
