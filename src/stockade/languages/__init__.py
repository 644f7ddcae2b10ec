"""The languages, one declaration a file. Adding one is adding one file and its line here."""

from __future__ import annotations

from stockade.languages.base import Language
from stockade.languages.bash import BASH
from stockade.languages.c import C
from stockade.languages.cpp import CPP
from stockade.languages.javascript import JAVASCRIPT
from stockade.languages.python import PYTHON

LANGUAGES: tuple[Language, ...] = (PYTHON, JAVASCRIPT, BASH, C, CPP)
"""All of them, in the order they are shown."""
