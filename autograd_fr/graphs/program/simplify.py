"""A function without what only speaks to its callers: checks, annotations, longer docstrings.

The program is for the recorded shapes and dtypes, which have passed all the checks.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

# Decorators that change nothing of what a function computes on arrays.
SILENT = frozenset(("wraps", "differentiable", "contextmanager", "numpy_names"))


class Simplifier(ast.NodeTransformer):
    """Takes out what raises errors. `is_value_class`: whether a name is that of tensors' class."""

    def __init__(self, is_value_class: Callable[[ast.expr], bool]) -> None:
        self._is_value_class = is_value_class

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.decorator_list = [d for d in node.decorator_list if _name(d) not in SILENT]
        self.generic_visit(node)
        node.returns = None
        doc = ast.get_docstring(node)
        if doc:
            node.body[0] = ast.Expr(ast.Constant(doc.partition("\n\n")[0].replace("\n", " ")))
        node.body = node.body or [ast.Pass()]
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        self.generic_visit(node)
        return node.value and ast.Assign([node.target], node.value, lineno=node.lineno)

    def visit_If(self, node: ast.If) -> ast.AST | None:
        if _only_raises(node.body) and not node.orelse:
            return None
        self.generic_visit(node)
        if not node.body:
            return None
        return node

    def visit_For(self, node: ast.For) -> ast.AST | None:
        self.generic_visit(node)
        return node if node.body else None

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        return node.orelse if _is_false(node.test) else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        asks = isinstance(node.func, ast.Name) and node.func.id == "isinstance"
        if asks and self._is_value_class(node.args[1]):  # there are only arrays
            return ast.Constant(False)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        nothing = isinstance(node.op, ast.Or) and all(map(_is_false, node.values))
        return ast.Constant(False) if nothing else node

    def visit_Try(self, node: ast.Try) -> ast.AST | list[ast.stmt]:
        gives_up = all(_only_raises(handler.body) for handler in node.handlers)
        self.generic_visit(node)
        for handler in node.handlers:
            handler.body = handler.body or [ast.Pass()]
        return node.body + node.orelse if gives_up else node

    def visit_With(self, node: ast.With) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        call = node.items[0].context_expr
        named = isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        return node.body if named else node  # of those only NumPy's, np.errstate, counts


def _name(decorator: ast.expr) -> str:
    made = decorator.func if isinstance(decorator, ast.Call) else decorator
    return made.id if isinstance(made, ast.Name) else ""


def _only_raises(body: list[ast.stmt]) -> bool:
    """Whether nothing happens but an error about an argument; one about a graph is the engine's."""
    if len(body) != 1 or not isinstance(body[0], ast.Raise):
        return False
    call = body[0].exc
    return not (isinstance(call, ast.Call) and _name(call) == "GraphError")


def _is_false(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and test.value is False


def does_nothing(function: ast.FunctionDef) -> bool:
    """Whether nothing is left of a function but a docstring and variables of its own."""
    return all(
        isinstance(s, ast.Pass)
        or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        or (isinstance(s, ast.Assign) and not any(map(_is_part, ast.walk(s))))
        for s in function.body
    )


def _is_part(node: ast.AST) -> bool:
    """Whether something is written that is not a variable."""
    return isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store)
