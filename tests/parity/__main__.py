"""What differs from PyTorch: `python -m tests.parity svd "linear algebra" --dtype float64`.

Arguments are names of operators (`linalg.svd`, or just its end, `svd`), or of families; none for
all. `--sample 17` takes one sample, and prints it in full where it differs.
"""

from __future__ import annotations

import argparse
import re
import sys

from .compare import examine, examine_errors
from .listing import show
from .opdb import FAMILIES, dtypes, faulty, forms, operators, samples


def chosen(words: list[str]) -> list[str]:
    """The titles of the operators that are meant."""
    names = [name for word in words for name in FAMILIES.get(word, word).split()]
    found = [
        title
        for title, info in operators().items()
        if not words or any(name in (title, info.name, info.name.split(".")[-1]) for name in names)
    ]
    return found or sys.exit(f"no operator called {' or '.join(words)}")


def summary(sample: object) -> str:
    """The arguments of a sample, tensors as dtype and shape."""
    text = re.sub(r"__main__\.|device\('?cpu'?\)|torch\.", "", sample.summary())
    text = re.sub(r'Tensor\[size=(\(.*?\)), device="cpu", dtype=(\w+)', r"\2[\1", text)
    text = re.sub(r"(\w+)\[(\(.*?\))\]", r"\1\2", text)
    return re.sub(r", (kwargs=\{\}|broadcasts_input=\w+|name='')", "", text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("operators", nargs="*")
    parser.add_argument("--dtype", help="one of the dtypes, or: errors")
    parser.add_argument("--sample", type=int, help="the number of one sample")
    parser.add_argument("--most", type=int, default=5, help="differences shown per dtype")
    parser.add_argument("--wrong", action="store_true", help="leave out what is all equal")
    wanted = parser.parse_intermixed_args()
    for title in chosen(wanted.operators):
        info = operators()[title]
        if missing := forms(info)[1]:
            print(f"{title}: missing {', '.join(missing)}")
        for dtype in [wanted.dtype] if wanted.dtype else [*dtypes(info), "errors"]:
            if dtype == "errors":
                tally = examine_errors(info)
            elif dtype in dtypes(info):
                tally = examine(info, dtype, wanted.sample)
            else:
                continue
            if tally.wrong or not wanted.wrong:
                given = dict(faulty(info) if dtype == "errors" else samples(info, dtype))
                told = str if wanted.sample is not None else summary
                show(f"{title} {dtype}", tally, given, wanted.most, told)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
