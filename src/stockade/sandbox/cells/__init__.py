"""The native backend: cells. See ``warden`` for who runs, who waits on whom, what dies when."""

from stockade.sandbox.cells.backend import CellsSandbox

__all__ = ["CellsSandbox"]
