"""The command ``tropical``: a room for each subject, where the declaration of a command stands beside its work.

Exit codes: 0 done, 1 certificate refused, 2 bad input or usage, 3 stopped at a limit or by the clock, 4 network not
supported, 130 interrupted. Where the library is needed it is imported inside the commands, so that ``--help`` is quick.
"""

import tropical.cli.networks.commands  # the order is that of the list of commands
import tropical.cli.pooling.commands
import tropical.cli.datasets.commands
import tropical.cli.functions.commands  # noqa: I001
from tropical.cli.app import app

__all__ = ["app"]
