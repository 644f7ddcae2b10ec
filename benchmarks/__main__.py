"""``make bench``: every figure, or those of the parts that are named (boxes, http, flood)."""

from __future__ import annotations

import sys

from benchmarks import boxes, flood, http

_PARTS = {"boxes": boxes.report, "http": http.report, "flood": flood.report}


def main() -> None:
    """Measure what was asked for."""
    for name in sys.argv[1:] or _PARTS:
        print(name)
        _PARTS[name]()


if __name__ == "__main__":
    main()
