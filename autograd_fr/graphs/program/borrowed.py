"""Functions that a program takes from the catalogue: source and all that the source calls."""

from __future__ import annotations

import ast
import builtins
import inspect
import math
import operator
import sys
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from ...autograd.op import Op
from ...autograd.value import Value
from ...batching.known import ARRAYS, Batched
from ...errors import GraphError
from ...kernels import fast
from .naming import Identifiers
from .simplify import Simplifier, does_nothing
from .sources import constant_tree, function_tree, rule_tree
from .text import literal
from .unbatched import PLAIN

# Modules of Python whose functions and classes a source may speak of by their names.
PYTHONS_OWN = ("functools", "itertools")


class Library:
    """The helper functions and constants of one program, each before those that use it."""

    def __init__(self, identifiers: Identifiers) -> None:
        self.definitions: list[str] = []
        self.imports: set[str] = set()
        self._identifiers = identifiers
        self._names: dict[Any, str] = {}
        self._idle: dict[Any, bool] = {}  # by function: whether it only checked something

    def function(self, function: Callable[..., Any], name: str | None = None) -> str:
        """The name of a function in the program, which has it from now on: `name` if it is free."""
        function = PLAIN.get(function, function)
        if function not in self._names:
            self._names[function] = self._take(name or function.__name__)
            scope = _scope(function)
            plain = function in fast.twins  # in a program NumPy does it
            self._define(function_tree(function), scope, function, keep_decorators=not plain)
        return self._names[function]

    def forward(self, op: Op) -> str:
        """The name of the function that computes an operation."""
        if op.forward not in self._names:
            self._names[op.forward] = self._take(op.name)
            self._define(function_tree(op.forward), _scope(op.forward), op.forward)
        return self._names[op.forward]

    def rule(self, op: Op, argument: str) -> str:
        """The name of the function that is the rule of an operation for one argument."""
        rule = op.written[argument]
        if rule not in self._names:
            tree = rule_tree(op, argument)
            if not isinstance(tree, ast.Lambda):
                return self.function(rule)
            self._names[rule] = self._identifiers.take(f"{op.name}_d{argument}")
            made = ast.parse("def rule(): pass").body[0]
            assert isinstance(made, ast.FunctionDef)
            made.args, made.body = tree.args, [ast.Return(tree.body)]
            self._define(made, _scope(rule), rule)
        return self._names[rule]

    def _take(self, name: str) -> str:
        """An identifier for a function; not a builtin's, which the source may mean elsewhere."""
        return self._identifiers.take(f"{name}_op" if hasattr(builtins, name) else name)

    def constant(self, name: str, scope: dict[str, Any]) -> str:
        """The name of a constant of a module, as its source has it."""
        key = (id(scope[name]), name)
        if key not in self._names:
            self._names[key] = self._take(name)
            tree = constant_tree(scope["__file__"], name)
            if tree is None:  # it comes from elsewhere
                tree = ast.parse(literal(scope[name], self._constant), mode="eval").body
            else:
                tree = _Resolver(tree, scope, self).visit(tree)
            self.definitions.append(f"{self._names[key]} = {ast.unparse(tree)}")
        return self._names[key]

    def is_idle(self, function: Any) -> bool:
        """Whether a function, without its checks, does nothing."""
        if not isinstance(function, FunctionType) or hasattr(function, "op"):
            return False
        if function not in self._idle:
            self._idle[function] = False  # for one that calls itself
            simple = Simplifier(lambda _: False).visit(function_tree(function))
            self._idle[function] = does_nothing(_Idle(_scope(function), self).visit(simple))
        return self._idle[function]

    def _define(
        self, tree: ast.FunctionDef, scope: dict[str, Any], key: Any, keep_decorators: bool = False
    ) -> None:
        if not keep_decorators:
            tree.decorator_list = []
        simple = Simplifier(lambda e: _found(e, scope) in (Value, Batched))
        made = _Idle(scope, self).visit(simple.visit(tree))
        made = _Resolver(made, scope, self).visit(made)
        made.name = self._names[key]
        self.definitions.append(ast.unparse(ast.fix_missing_locations(made)))

    def resolved(self, thing: Any) -> ast.expr:
        """How the program says what a global name of the catalogue stands for."""
        if thing is ARRAYS:
            thing = np.ndarray
        if thing is np:
            return ast.Name("np", ast.Load())
        if isinstance(thing, ModuleType) and thing.__name__ in sys.stdlib_module_names:
            self.imports.add(f"import {thing.__name__}")
            return ast.Name(thing.__name__, ast.Load())
        if getattr(thing, "__module__", "") in PYTHONS_OWN:
            self.imports.add(f"from {thing.__module__} import {thing.__name__}")
            return ast.Name(thing.__name__, ast.Load())
        if isinstance(thing, ModuleType) and thing.__name__.startswith("numpy."):
            return _dotted(f"np.{thing.__name__.removeprefix('numpy.')}")
        if isinstance(thing, type) and issubclass(thing, BaseException):
            plain = next(c for c in thing.__mro__ if c.__module__ == "builtins")
            return ast.Name(plain.__name__, ast.Load())
        if isinstance(thing, type) and thing.__module__ in ("numpy", "builtins"):
            return _dotted(f"{'np.' * (thing.__module__ == 'numpy')}{thing.__name__}")
        if isinstance(thing, FunctionType) and not hasattr(thing, "op"):
            return ast.Name(self.function(thing), ast.Load())
        if isinstance(thing, Op):
            return ast.Name(self.forward(thing), ast.Load())
        return ast.parse(literal(thing, self._constant), mode="eval").body

    def _constant(self, thing: Any) -> str:
        if isinstance(thing, np.ndarray):
            return f"np.array({thing.tolist()})"
        if isinstance(thing, type) and thing.__module__ in ("numpy", "builtins"):
            return ast.unparse(self.resolved(thing))
        if isinstance(thing, frozenset):
            return f"{{{', '.join(sorted(literal(v, self._constant) for v in thing))}}}"
        raise GraphError(f"its source speaks of {thing!r}, for which there is no literal")


def _scope(function: Any) -> dict[str, Any]:
    """What the global names in a function stand for, those of its closure among them."""
    inner = inspect.unwrap(function)
    found = inspect.getclosurevars(inner)
    return {**vars(builtins), **inner.__globals__, **found.nonlocals}


def _found(expression: ast.expr, scope: dict[str, Any]) -> Any:
    """What a name, or a name in a module, stands for; None for other expressions."""
    if isinstance(expression, ast.Attribute):
        owner = _found(expression.value, scope)
        return getattr(owner, expression.attr, None) if isinstance(owner, ModuleType) else None
    return scope.get(expression.id) if isinstance(expression, ast.Name) else None


def _dotted(name: str) -> ast.expr:
    return ast.parse(name, mode="eval").body


class _Idle(ast.NodeTransformer):
    """Takes out calls of functions that only checked something."""

    def __init__(self, scope: dict[str, Any], library: Library) -> None:
        self._scope, self._library = scope, library

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            function = self._scope.get(call.func.id)
            if function is not None and self._library.is_idle(function):
                return None
        return node

    def visit_For(self, node: ast.For) -> ast.AST | None:
        self.generic_visit(node)
        return node if node.body else None

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node


class _Resolver(ast.NodeTransformer):
    """Replaces the global names in a function by what the program has for them."""

    def __init__(self, tree: ast.AST, scope: dict[str, Any], library: Library) -> None:
        self._scope, self._library = scope, library
        nodes = list(ast.walk(tree))
        self._local = {n.arg for n in nodes if isinstance(n, ast.arg)}
        self._local |= {n.id for n in nodes if isinstance(n, ast.Name) and _is_store(n)}
        self._local |= {n.name for n in nodes if isinstance(n, ast.FunctionDef)}

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self._local or getattr(builtins, node.id, self) is self._global(node.id):
            return node
        thing = self._global(node.id)
        if thing is not ARRAYS and isinstance(thing, (tuple, list, dict, frozenset, np.ndarray)):
            return ast.Name(self._library.constant(node.id, self._scope), ast.Load())
        return self._library.resolved(thing)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id not in self._local:
            owner = self._global(node.value.id)
            if isinstance(owner, ModuleType) and owner.__name__.startswith("autograd_fr"):
                return self._part_of(owner, node.attr)
            if owner is operator and node.attr == "index":  # what is recorded is an int already
                return ast.Name("int", ast.Load())
            if owner is math and isinstance(getattr(math, node.attr), float):
                return _dotted(f"np.{node.attr}")
        self.generic_visit(node)
        return node

    def _part_of(self, module: ModuleType, name: str) -> ast.AST:
        """Something of a module: a local variable may have the same name, so not by that alone."""
        thing = getattr(module, name)
        if isinstance(thing, FunctionType) and name in self._local:
            stem = module.__name__.rpartition(".")[2]
            return ast.Name(self._library.function(thing, f"{stem}_{name}"), ast.Load())
        return self._library.resolved(thing)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id == "polymorphic":
            (operation,) = node.args
            assert isinstance(operation, ast.Name)
            return self._library.resolved(self._global(operation.id).op)
        if self._is_math(node) and all(isinstance(a, ast.Constant) for a in node.args):
            code = compile(ast.fix_missing_locations(ast.Expression(node)), "", "eval")
            return ast.Constant(eval(code, {"math": math}))
        self.generic_visit(node)
        return node

    def _is_math(self, node: ast.Call) -> bool:
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        return isinstance(owner, ast.Name) and self._scope.get(owner.id) is math

    def _global(self, name: str) -> Any:
        if name not in self._scope:
            raise GraphError(f"its source speaks of {name!r}, which is not known")
        return self._scope[name]


def _is_store(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)
