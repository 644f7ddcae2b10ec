"""Small files, read and written whole.

Everything that is imported here is copied with every fork of a cell, page by page; ``pathlib`` and
``shutil`` alone would add a tenth of a millisecond to each box.
"""

from __future__ import annotations

import os


def read_text(path: str) -> str:
    """The text of a file. Raises ``OSError``."""
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return file.read()


def write_text(path: str, text: str) -> None:
    """Make or overwrite a file. Raises ``OSError``."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def copy_tree(source: str, target: str) -> None:
    """Copy a file, a link (as a link) or a folder with all that is in it. Raises ``OSError``."""
    if os.path.islink(source):
        os.symlink(os.readlink(source), target)
    elif os.path.isdir(source):
        os.mkdir(target)
        for name in os.listdir(source):
            copy_tree(f"{source}/{name}", f"{target}/{name}")
    else:
        with open(source, "rb") as original, open(target, "wb") as copy:
            copy.write(original.read())
