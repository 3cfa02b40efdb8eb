"""The syntax tree of a function or a rule, from the file that it was written in."""

from __future__ import annotations

import ast
import copy
import functools
import inspect
from collections.abc import Callable
from typing import Any

from ...autograd.op import Op
from ...errors import GraphError


def function_tree(function: Callable[..., Any]) -> ast.FunctionDef:
    """The definition of a function. Raises GraphError where its source is not to be had."""
    code = inspect.unwrap(function).__code__
    for node in ast.walk(_module(code.co_filename, function.__name__)):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            if first == code.co_firstlineno:
                return copy.deepcopy(node)
    raise _missing(function.__name__)


def rule_tree(op: Op, argument: str) -> ast.expr:
    """The rule of an operation for one argument, as it stands in the decorator."""
    for decorator in function_tree(op.forward).decorator_list:
        for keyword in getattr(decorator, "keywords", ()):
            if keyword.arg == argument:
                rule: ast.expr = keyword.value
                return rule
    raise _missing(f"the rule of {op.name} for {argument}")


def constant_tree(filename: str, name: str) -> ast.expr | None:
    """What a module assigns to a name, if it does so at once."""
    for node in _module(filename, name).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(t, ast.Name) and t.id == name for t in targets):
            return copy.deepcopy(getattr(node, "value", None))
    return None


@functools.cache
def _module(filename: str, name: str) -> ast.Module:
    try:
        with open(filename, encoding="utf-8") as file:
            return ast.parse(file.read())
    except OSError:
        raise _missing(name) from None


def _missing(name: str) -> GraphError:
    return GraphError(f"the source of {name} is not to be had")
