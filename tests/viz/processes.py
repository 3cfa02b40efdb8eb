"""Programs run in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import autograd_fr as ag

PACKAGES = Path(ag.__file__).parents[1]  # the folder that this package was imported from
ROOT = Path(__file__).parents[2]


def printed(program: str) -> list[bytes]:
    """What a program prints in each of two processes, which order sets differently."""
    path = os.pathsep.join([str(PACKAGES), *sys.path, str(ROOT)])
    return [
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": path},
            capture_output=True,
            check=True,
            cwd=PACKAGES,
        ).stdout
        for seed in ("1", "2")
    ]
