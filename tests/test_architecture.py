"""The house rules: which module may import which, and how long a file may be."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = {"autograd_fr": ROOT / "autograd_fr", "autograd_fr.nn": ROOT / "nn",
           "autograd_fr.optim": ROOT / "optim"}  # fmt: skip


def sources() -> dict[str, Path]:
    """Every module of the package by its dotted name, those behind the links once."""
    found = {}
    for package, folder in FOLDERS.items():
        for path in sorted(folder.rglob("*.py")):
            inside = path.relative_to(folder).with_suffix("").parts
            if package == "autograd_fr" and inside[0] in ("nn", "optim"):
                continue
            parts = inside[:-1] if inside[-1] == "__init__" else inside
            found[".".join((package, *parts))] = path
    return found


MODULES = sources()


class Imports(ast.NodeVisitor):
    """The absolute names a module imports, those for type checkers left out."""

    def __init__(self, module: str, is_package: bool, top_only: bool = False) -> None:
        self.package = module.split(".") if is_package else module.split(".")[:-1]
        self.top_only = top_only
        self.names: set[str] = set()

    def visit_If(self, node: ast.If) -> None:
        if ast.unparse(node.test) not in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if not self.top_only:
            self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        self.names |= {alias.name for alias in node.names}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = self.package[: len(self.package) - node.level + 1] if node.level else []
        origin = ".".join([*base, *([node.module] if node.module else [])])
        for alias in node.names:
            full = f"{origin}.{alias.name}"
            self.names.add(full if full in MODULES else origin)


def imports(module: str, top_only: bool = False) -> set[str]:
    path = MODULES[module]
    visitor = Imports(module, path.stem == "__init__", top_only)
    visitor.visit(ast.parse(path.read_text()))
    return visitor.names


def inner(module: str) -> set[str]:
    return {name for name in imports(module) if name.split(".")[0] == "autograd_fr"}


def under(name: str, *packages: str) -> bool:
    return any(name == f"autograd_fr.{p}" or name.startswith(f"autograd_fr.{p}.") for p in packages)


def modules_under(*packages: str) -> list[str]:
    return [m for m in MODULES if under(m, *packages)]


def outer(module: str) -> set[str]:
    tops = {name.split(".")[0] for name in imports(module)}
    return tops - sys.stdlib_module_names - {"autograd_fr"}


def test_the_walk_sees_imports():
    assert "autograd_fr.autograd.passes" in imports("autograd_fr.tensor.tensor")
    assert "numpy" in imports("autograd_fr.kernels.arrays")
    assert "autograd_fr.tensor" not in imports("autograd_fr.autograd.op")  # TYPE_CHECKING
    assert "autograd_fr.tensor.printing" in imports("autograd_fr.tensor.tensor")
    assert "autograd_fr.tensor.printing" not in imports("autograd_fr.tensor.tensor", top_only=True)
    assert {"autograd_fr.nn", "autograd_fr.optim", "autograd_fr.viz"} <= set(MODULES)


# The foundation, from the ground up: a module imports those above it in this list, and below it
# only within a function, where something has failed or is first used.
LADDER = (
    "errors", "late", "batching.known", "kernels.threads", "kernels.fast", "kernels.allocation",
    "kernels.constants", "kernels.entrywise", "kernels.sums", "kernels.error_functions",
    "kernels.gamma_functions", "kernels.arrays", "kernels.blas", "kernels.scratch",
    "kernels.windows", "kernels.columns", "kernels.lines", "kernels.convolution", "kernels.ctc",
    "kernels.implicit", "kernels.normal_tails", "kernels.normalization", "kernels.normed",
    "kernels.padding", "kernels.pooling", "kernels.positions", "kernels.products",
    "kernels.recurrent", "kernels.resampling", "kernels.slopes", "kernels.softmaxes",
    "kernels.activations", "kernels.steps", "kernels.compiled", "dtypes",
    "messages.suggestions", "autograd.modes",
    "autograd.memory", "autograd.hooks", "autograd.node", "autograd.watching", "autograd.value",
    "autograd.failures", "autograd.readings", "autograd.record", "autograd.views",
    "autograd.history", "autograd.hooked", "autograd.checks", "autograd.sums",
    "autograd.engine", "autograd.passes", "autograd.tangents", "autograd.pushing",
    "autograd.duals", "autograd.results", "autograd.composites", "autograd.written",
    "autograd.sample", "autograd.promotion", "autograd.dispatch", "autograd.op",
    "autograd.function_ctx",
    "autograd.user_op", "autograd.user_vmap", "autograd.function", "autograd.variable",
    "autograd.graph", "autograd.derivatives", "autograd.anomaly_mode", "autograd.forward_ad",
    "autograd.primals", "autograd.entries", "autograd.functional", "autograd.gradcheck",
)  # fmt: skip


@pytest.mark.parametrize("module", modules_under("autograd", "kernels", "dtypes"))
def test_the_foundation_rests_on_what_is_below_it(module):
    if MODULES[module].stem == "__init__":
        return
    rung = next(k for k, step in enumerate(LADDER) if under(module, step))
    known = [n for n in imports(module, top_only=True) if n.startswith("autograd_fr.")]
    packages = [n for n in known if n in MODULES and MODULES[n].stem == "__init__"]
    higher = [n for n in known if n not in packages and not under(n, *LADDER[: rung + 1])]
    assert not higher
    compiled = under(module, "kernels.compiled")
    assert outer(module) <= ({"numpy", "numba", "llvmlite"} if compiled else {"numpy"})


@pytest.mark.parametrize("module", modules_under("messages"))
def test_messages_know_values_only(module):
    assert all(under(n, "autograd", "dtypes", "errors", "messages") for n in inner(module))
    assert outer(module) <= {"numpy"}


@pytest.mark.parametrize("module", modules_under("ops"))
def test_operations_know_kernels_and_the_chain_rule_only(module):
    known = ("kernels", "dtypes", "errors", "autograd", "ops", "batching.known", "late")
    assert all(under(n, *known) for n in inner(module))
    assert outer(module) <= {"numpy"}


@pytest.mark.parametrize("name", modules_under("tensor", "creation", "interop", "testing"))
def test_tensors_know_nothing_that_is_built_of_them(name):
    assert not [n for n in inner(name) if under(n, "nn", "optim", "viz", "training", "datasets")]
    assert outer(name) <= {"numpy"}


FORBIDDEN = [
    ("nn", ("optim", "viz", "training", "datasets")),
    ("optim", ("nn", "viz", "training", "datasets")),
    ("viz", ("nn", "optim", "training", "datasets")),
    ("func", ("optim", "viz", "training", "datasets")),
    ("graphs", ("nn", "optim", "training", "datasets")),
    ("datasets", ("nn", "optim", "viz", "training")),
    ("distributions", ("nn", "optim", "viz", "training", "datasets")),
    ("metrics", ("nn", "optim", "viz", "training", "datasets", "models")),
    ("transforms", ("optim", "viz", "training", "datasets", "models")),
    ("models", ("optim", "viz", "training", "datasets")),
    ("utils", ("training", "datasets", "models", "recipes", "cli")),
    ("optimize", ("optim", "viz", "training", "datasets", "models")),
    ("training", ("datasets", "models", "sklearn", "recipes", "cli")),
    ("sklearn", ("datasets", "recipes", "cli")),
    ("teaching", ("training", "sklearn", "recipes", "cli")),
    ("recipes", ("sklearn", "cli")),
]


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        (m, forbidden)
        for package, forbidden in FORBIDDEN
        for m in modules_under(package)
        if m != "autograd_fr.optim.swa_utils"  # PyTorch has an average that is a module there
    ],
)
def test_neighbours_do_not_know_each_other(module, forbidden):
    assert not [n for n in inner(module) if under(n, *forbidden)]


@pytest.mark.parametrize("module", modules_under("teaching.by_hand"))
def test_what_is_written_by_hand_knows_numpy_alone(module):
    assert all(under(n, "teaching.by_hand") for n in inner(module))
    assert outer(module) <= {"numpy"}


@pytest.mark.parametrize("module", modules_under("nn", "optim"))
def test_borders_are_crossed_relatively(module):
    tree = ast.parse(MODULES[module].read_text())
    absolute = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and not n.level]
    plain = [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    assert not [n.module for n in absolute if n.module.split(".")[0] == "autograd_fr"]
    assert not [name for name in plain if name.split(".")[0] == "autograd_fr"]


def test_no_circle_of_imports():
    known = {m: {n for n in imports(m, top_only=True) if n in MODULES and n != m} for m in MODULES}
    while free := [m for m, needs in known.items() if not needs & known.keys()]:
        for m in free:
            del known[m]
    packages = {m for m in known if MODULES[m].stem == "__init__"}
    assert not known.keys() - packages, "these import each other"


@pytest.mark.parametrize("module", MODULES)
def test_files_and_functions_are_short(module):
    text = MODULES[module].read_text()
    assert len(text.splitlines()) <= 400
    functions = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)]
    bodies = {f.name: f.end_lineno - documented(f) for f in functions}
    assert not {name: lines for name, lines in bodies.items() if lines > 40}


def documented(f: ast.FunctionDef) -> int:
    """The line before the body of a function, its docstring left out."""
    return f.body[0].end_lineno if ast.get_docstring(f) else f.lineno - 1


@pytest.fixture(scope="module")
def settings() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]


def test_every_package_on_disk_is_packaged(settings):
    on_disk = {m for m, path in MODULES.items() if path.stem == "__init__"}
    assert set(settings["packages"]) == on_disk


def test_every_folder_with_sources_is_a_package():
    folders = {path.parent for path in MODULES.values()}
    assert not [str(f) for f in folders if not (f / "__init__.py").exists()]


def test_packages_outside_are_mapped(settings):
    for package, folder in settings["package-dir"].items():
        assert (ROOT / folder).is_dir()
        assert (ROOT / package.replace(".", "/")).samefile(ROOT / folder)


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, autograd_fr; print(*{name.split('.')[0] for name in sys.modules})"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert "numpy" in run.stdout.split()
    heavy = {"graphviz", "tqdm", "matplotlib", "torch", "sklearn", "pytest", "IPython", "scipy"}
    heavy.add("numba")
    assert not heavy & set(run.stdout.split())
