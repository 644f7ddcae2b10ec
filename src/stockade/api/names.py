"""Names that a client made up, told back to it: fit to be shown, with the one it may have meant."""

from __future__ import annotations

from difflib import get_close_matches

LONGEST_SHOWN = 64


def shown(name: str) -> str:
    """A name that a client made up, fit to be told back: short, and no bytes that bite."""
    text = name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}..."
    return text.encode("ascii", "backslashreplace").decode()


def suggestion(name: str, known: tuple[str, ...]) -> str:
    """The fix for an unknown name: the nearest known one, or all of them."""
    nearest = get_close_matches(name[:LONGEST_SHOWN], known, n=1)
    if nearest:
        return f"Did you mean {nearest[0]}?"
    return f"Use only these: {', '.join(known)}." if known else "Leave it out."
