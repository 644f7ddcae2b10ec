"""Stockade runs code that nobody trusts, and tells exactly what happened to it."""

__version__ = "0.1.0"
