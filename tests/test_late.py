"""What `import autograd_fr` leaves for later: that it does, and that nobody who asks can tell."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys

import pytest

import autograd_fr as ag
from autograd_fr import late, ops


def fresh(code: str) -> str:
    """What a program prints that has imported the package and nothing else."""
    code = f"import sys, numpy as np, autograd_fr as ag\n{code}"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True
    )
    assert not run.returncode, run.stderr
    return run.stdout.strip()


def test_what_the_import_loads():
    loaded = fresh(
        "print(*(name for name in sys.modules if name.startswith('autograd_fr')))"
    ).split()
    assert len(loaded) <= 112
    homes = {home for home in ag._LATE.values() if home}
    late_modules = {f"autograd_fr.{home}" for home in (*homes, "linalg", "nn", "optim", "viz")}
    late_modules |= {f"autograd_fr.ops.{home}" for home in ops.LATE.values()}
    late_modules |= {
        f"autograd_fr.autograd.{name}" for name in ("anomaly_mode", "function", "graph")
    }
    assert late_modules & set(loaded) == {"autograd_fr.ops"}


def test_the_import_loads_hardly_more_of_the_standard_library_than_numpy_does():
    ours = fresh("print(*sys.modules)")
    numpy = subprocess.run(
        [sys.executable, "-c", "import sys, numpy; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    own = {name for name in set(ours.split()) - set(numpy.stdout.split()) if "." not in name}
    assert own <= {"autograd_fr", "__future__", "threading"}


@pytest.mark.parametrize("home", sorted(set(ops.LATE.values())))
def test_the_table_has_the_names_of_the_modules(home):
    module = importlib.import_module(f"autograd_fr.ops.{home}")
    assert [name for name in ops.LATE if ops.LATE[name] == home] == module.__all__


def test_the_table_has_the_functions_that_change_in_place():
    names = importlib.import_module("autograd_fr.tensor.inplace_functions").__all__
    assert [n for n in ag._LATE if ag._LATE[n] == "tensor.inplace_functions"] == names


def test_late_functions_are_listed_and_starred():
    assert fresh("print({'svd', 'nn', 'erf_'} <= set(dir(ag)), 'svd' in vars(ag))") == "True False"
    starred = fresh("from autograd_fr import *\nprint(svd is ag.svd, erf_ is ag.erf_, linalg.inv)")
    assert starred.startswith("True True <function linalg_inv")


def test_an_unknown_name_is_told_the_late_one_that_was_meant():
    code = "try: ag.einsun\nexcept AttributeError as error: print(error)"
    assert fresh(code).endswith("did you mean 'einsum'?")


def test_late_methods():
    code = (
        "x = ag.tensor([[2.0, 0.0], [0.0, 3.0]])\n"
        "print(x.det().item(), ag.Tensor.det is ag.det, x.erf_() is x, x.flip(0, 1).shape)"
    )
    assert fresh(code) == "6.0 True True torch.Size([2, 2])"


def test_numpy_functions_find_late_operations():
    code = "print(np.linalg.det(ag.eye(2)).item(), np.cumsum(ag.ones(3)).tolist())"
    assert fresh(code) == "1.0 [1.0, 2.0, 3.0]"


def test_a_signature_is_made_when_asked_for():
    assert list(inspect.signature(ag.add).parameters) == ["input", "other", "alpha"]
    assert list(inspect.signature(ag.tensor(1.0).atan2).parameters) == ["other"]
    assert inspect.unwrap(ag.exp).__code__.co_varnames[0] == "x"


def test_late_methods_of_a_parent():
    made = []

    class Parent:
        three = late.late(lambda: made.append(1) or (lambda self: 3))

    class Child(Parent):
        def three(self):
            return super().three() + 1

    assert Child().three() == 4 and Child().three() == 4 and Parent().three() == 3
    assert made == [1] and inspect.isfunction(vars(Parent)["three"])


def test_threads_that_are_the_first_together():
    code = """
import threading
sys.setswitchinterval(1e-6)
x, wait, found, errors = ag.rand(3, 3), threading.Barrier(8), [], []
def first():
    wait.wait()
    try:
        found.append((x.svd().S.sum().item(), ag.cumsum(x, 0).sum().item(), x.roll(1, 0).shape))
    except Exception as error:
        errors.append(error)
threads = [threading.Thread(target=first) for _ in range(8)]
for t in threads: t.start()
for t in threads: t.join()
print(len(found), len(set(found)), errors)
"""
    assert fresh(code) == "8 1 []"
