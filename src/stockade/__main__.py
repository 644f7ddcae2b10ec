"""``python -m stockade``: the command line."""

from __future__ import annotations

from stockade.cli.main import run


def main() -> None:
    """Carry out the command line and exit."""
    run()


if __name__ == "__main__":
    main()
