"""The command ``tropical``, which is ``python -m tropical`` too: the clock and Ctrl-C come before all libraries."""

from tropical.starting import begin


def main() -> None:
    """Run the command line."""
    started = begin()
    from tropical.cli import app

    app(prog_name="tropical", obj=started)


if __name__ == "__main__":
    main()
