from .certificate import save_certificate as save_certificate
from .convex_program import ConvexProgram as ConvexProgram
from .trained import Trained as Trained
from .trained import Unit as Unit
from .training_data import TrainingData as TrainingData
from .training_data import patches as patches
