"""The part of a program that checks itself: gradients against central differences."""

from __future__ import annotations

from typing import Any

from .reading import Recording

SMALL = 200  # entries of arguments that are written out, so that the program runs by itself

CHECK = '''\
def check(step=1e-6, **arguments):
    """The greatest error of a gradient, against central differences."""
    for name, array in arguments.items():
        if np.asarray(array).dtype.kind == "f":
            arguments[name] = np.asarray(array, np.float64)
    y, cache = forward(**arguments)
    dy = np.ones_like(y)
    worst = 0.0
    for name, gradient in backward(cache, dy).items():
        for i in np.ndindex(np.shape(arguments[name])):
            values = []
            for move in (step, -step):
                moved = np.array(arguments[name])
                moved[i] += move
                values.append(np.sum(forward(**{**arguments, name: moved})[0]))
            slope = (values[0] - values[1]) / (2 * step)
            error = abs(slope - np.asarray(gradient)[i]) / max(1.0, abs(slope))
            worst = max(worst, error)
    return worst'''


def check_lines(recording: Recording) -> list[str]:
    """The function, and for small arguments a call of it."""
    parts = [CHECK]
    arguments = {variable.name: variable.array for variable in recording.inputs}
    complete = all(array is not None for array in arguments.values())
    if complete and sum(getattr(a, "size", 1) for a in arguments.values()) <= SMALL:
        rows = [f"        {name}={_written(array)}," for name, array in arguments.items()]
        parts.append(
            "\n".join(['if __name__ == "__main__":', "    error = check(", *rows, "    )",
                       '    print(f"greatest error of a gradient: {error:.1e}")'])
        )  # fmt: skip
    return parts


def _written(array: Any) -> str:
    entries = array.tolist()
    return f"np.array({entries}, np.{array.dtype.name})"
