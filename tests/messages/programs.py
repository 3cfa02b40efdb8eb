"""Small programs that fail, and what is said of that."""

from __future__ import annotations

import itertools
import linecache
import textwrap

import autograd_fr as ag
from autograd_fr import nn, optim

_numbers = itertools.count(1)


def failing(source: str) -> BaseException:
    """The error that a program ends with; its lines can be read as those of a file can."""
    source = textwrap.dedent(source).strip() + "\n"
    name = f"program{next(_numbers)}.py"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    space = {"ag": ag, "nn": nn, "optim": optim, "F": nn.functional, "__name__": "program"}
    try:
        exec(compile(source, name, "exec"), space)
    except Exception as error:
        return error
    raise AssertionError("the program did not fail")


def said(error: BaseException) -> str:
    """The text of an error, and its notes."""
    return "\n".join([str(error), *getattr(error, "__notes__", ())])
