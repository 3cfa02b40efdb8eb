"""How modules differ from PyTorch's: `python -m tests.parity.modules LSTM Conv2d --dtype float64`.

Without names, all. `--sample 17` takes one case, and prints it in full.
"""

from __future__ import annotations

import argparse

from .listing import show
from .module_compare import examine, examine_errors
from .moduledb import Case, cases, faulty, names


def summary(case: Case) -> str:
    """How a case makes its module, and which it is."""
    return str((case.made_with, case.training, case.description))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--dtype", choices=("float64", "float32", "errors"))
    parser.add_argument("--sample", type=int, help="the number of one case")
    parser.add_argument("--wrong", action="store_true", help="leave out what is all equal")
    wanted = parser.parse_intermixed_args()
    for name in wanted.modules or names():
        for dtype in [wanted.dtype] if wanted.dtype else ["float64", "float32", "errors"]:
            if dtype == "errors":
                tally = examine_errors(name)
            else:
                tally = examine(name, dtype, wanted.sample)
            if tally.missing:
                print(f"{name}: missing")
                break
            if tally.wrong or not wanted.wrong:
                given = dict(faulty(name) if dtype == "errors" else cases(name, dtype))
                told = str if wanted.sample is not None else summary
                show(f"{name} {dtype}", tally, given, 5, told)


if __name__ == "__main__":
    main()
