"""Is an output right? Plain functions of bytes, made so that no output costs more than a walk."""

from __future__ import annotations

from io import BytesIO
from itertools import starmap, zip_longest
from operator import eq


def same_lines(output: bytes, expected: bytes) -> bool:
    """Whether both are the same lines, but for white space at the end of a line or of the whole.

    White space is space, tab, carriage return, vertical tab and form feed, so ``CRLF`` equals
    ``LF``; a line ends with a line feed alone. What leads a line, stands inside it, or is an empty
    line between others counts. Bytes are compared, not text: no encoding is assumed.

    Takes time in proportion to the shorter and holds one line of each beside the two.
    """
    if output == expected:
        return True
    # Stripped as a whole first, so that empty lines at the end are gone and the rest pair up.
    lines = zip_longest(_trimmed_lines(output), _trimmed_lines(expected))
    return all(starmap(eq, lines))


def _trimmed_lines(data: bytes) -> map[bytes]:
    # A BytesIO hands out line by line, in C; bytes.strip knows just the white space named above.
    return map(bytes.rstrip, BytesIO(data.rstrip()))
