"""Advice to those who call functions, in terms of the command line."""

from __future__ import annotations

import re

ADVICE = {  # what is advised, and what the command line has for it
    r"download=True": "--download",
    r"header=True or header=False": "--header or --no-header",
    r"encode=.* columns out$": "--encode onehot, or label, makes numbers of words",
    r"(mend it), or .* encode=.*": r"\1",
    r"encode='label' makes": "--encode label makes",
    r"missing=float.*": "fill it in, or leave such rows out (autograd-fr check counts them)",
    r"give the file's encoding.*": "save it as UTF-8",
    r"give another path": "give another folder by --out",
    r"a smaller learning rate may help.*": "a smaller --lr may help",
}


def advised(message: str) -> str:
    """The message with the advice that the command line can follow.

    >>> advised("nothing there (download=True fetches them)")
    'nothing there (--download fetches them)'
    """
    for called, typed in ADVICE.items():
        message = re.sub(called, typed, message)
    return message
