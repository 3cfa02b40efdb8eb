"""The wheel: everything in it, and nothing of ours beside `autograd_fr` in site-packages."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
IGNORED = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "demo-output")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of the files in the wheel, built from a copy of the tree."""
    tmp = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT, tmp / "tree", symlinks=True, ignore=IGNORED)
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q"]
    subprocess.run([*command, "-w", tmp, tmp / "tree"], check=True, capture_output=True)
    (built,) = tmp.glob("*.whl")
    return zipfile.ZipFile(built).namelist()


def sources() -> set[str]:
    """Every module on disk, under the name it has in the package."""
    found = {path.relative_to(ROOT).as_posix() for path in (ROOT / "autograd_fr").rglob("*.py")}
    for folder in ("nn", "optim"):
        found |= {
            f"autograd_fr/{path.relative_to(ROOT).as_posix()}"
            for path in (ROOT / folder).rglob("*.py")
        }
    return found


def test_nothing_else_lands_at_the_top_of_site_packages(wheel):
    tops = {name.split("/")[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"autograd_fr"}


def test_every_module_is_in_the_wheel(wheel):
    assert sources() - set(wheel) == set()


def test_data_and_type_marker_are_in_the_wheel(wheel):
    for name in ("py.typed", "datasets/digits.npz", "datasets/DIGITS-LICENSE.md"):
        assert f"autograd_fr/{name}" in wheel
    assert any(name.endswith("licenses/LICENSE") for name in wheel)


def test_every_folder_with_modules_is_a_listed_package():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    on_disk = {Path(name).parent.as_posix().replace("/", ".") for name in sources()}
    assert set(listed) == on_disk


def test_a_bare_checkout_imports_without_installation():
    code = (
        "import autograd_fr as ag; from autograd_fr import nn, optim;"
        "from autograd_fr.nn import functional as F; print(ag.nn is nn)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stdout.strip()) == (0, "True"), run.stderr
