"""Execute notebooks and store what their cells give: `python -m tests.notebooks 03 07`, or all."""

from __future__ import annotations

import sys
import time

import nbformat

from .running import executed, paths, read, stored


def main(wanted: list[str]) -> None:
    chosen = [path for path in paths() if not wanted or path.name.startswith(tuple(wanted))]
    total = 0.0
    for path in chosen:
        start = time.perf_counter()
        notebook = stored(executed(read(path)))
        nbformat.write(notebook, path)
        seconds = time.perf_counter() - start
        total += seconds
        print(f"{path.name:48} {seconds:6.1f} s {path.stat().st_size / 1e3:8.0f} kB", flush=True)
    print(f"{len(chosen)} notebooks in {total:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
