from .function_networks import maxout_network as maxout_network
from .loading import load as load
from .lowering import lower as lower
from .network import GraphBuilder as GraphBuilder
from .network import LayerReport as LayerReport
from .network import Network as Network
from .node import Node as Node
from .tensor import Tensor as Tensor
