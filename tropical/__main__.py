"""The command ``tropical``, which is ``python -m tropical`` too: the clock and Ctrl-C come before all libraries."""

import sys
from io import TextIOWrapper

from tropical.cli.starting import begin, commands_are_declared


def main() -> None:
    """Run the command line."""
    started = begin()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    from tropical.cli.commands import app

    commands_are_declared()
    app(prog_name="tropical", obj=started)


if __name__ == "__main__":
    main()
