from .barcodes import Bar as Bar
from .chain_complex import ChainComplex as ChainComplex
from .chain_complex import HomologyGroup as HomologyGroup
