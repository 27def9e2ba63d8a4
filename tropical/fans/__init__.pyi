from .activation.fan import ActivationFan as ActivationFan
from .activation.patterns import ActivationPattern as ActivationPattern
from .classification.dichotomies import dichotomies as dichotomies
from .classification.fan import ClassificationFan as ClassificationFan
from .classification.landscape import landscape as landscape
from .data_files import label_names as label_names
from .data_files import read_data as read_data
from .data_set import DataSet as DataSet
