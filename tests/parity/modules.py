"""How modules differ from PyTorch's: `python -m tests.parity.modules LSTM Conv2d --dtype float64`.

Without names, all. `--sample 17` takes one case, and prints it in full.
"""

from __future__ import annotations

import argparse

from .compare import Tally
from .module_compare import examine, examine_errors
from .moduledb import cases, faulty, names
from .same import normalised


def show(name: str, dtype: str, tally: Tally, full: bool) -> None:
    """A line per module and dtype, then the refusals, then what differs."""
    print(
        f"{name} {dtype}: {tally.equal} equal, {tally.refused.total()} refused, "
        f"{len(tally.wrong)} wrong; {tally.second} second derivatives"
    )
    for reason, times in tally.refused.items():
        print(f"    refused {times}: {reason}")
    given = dict(faulty(name) if dtype == "errors" else cases(name, dtype))
    alike: dict[str, list[tuple[int, str]]] = {}
    for number, text in tally.wrong:
        alike.setdefault(normalised(text), []).append((number, text))
    for group in list(alike.values())[:5]:
        (number, text), rest = group[0], [number for number, _ in group[1:]]
        print(f"    wrong, case {number}{f' (and {rest})' if rest else ''}: {text}")
        case = given[number]
        print(f"        {case if full else (case.made_with, case.training, case.description)}")


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
                show(name, dtype, tally, wanted.sample is not None)


if __name__ == "__main__":
    main()
