"""``python -m tropical`` is the command ``tropical``."""

from tropical.cli import main

if __name__ == "__main__":
    main()
