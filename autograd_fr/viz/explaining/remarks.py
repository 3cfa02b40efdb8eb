"""What an explanation leaves out, and why, each in one line."""

from __future__ import annotations

from .telling import Telling

NAMED = 5  # variables with hooks that are listed
RELEASED = (
    "some numbers are missing: backward() let go of arrays that they hang on; explain before "
    "backward(), or call backward(retain_graph=True)"
)


def remarks(told: Telling) -> tuple[str, ...]:
    """Remarks on hooks that are not called, and on numbers that are not known."""
    hooked = [told.graph.variables[k].name or "" for k in sorted(told.gradients)
              if told.recording.hooks(k)]  # fmt: skip
    found = []
    if hooked:
        shown = hooked[:NAMED] + ["…"] * (len(hooked) > NAMED)
        found.append(
            f"hooks on {', '.join(shown)} are left out: in backward() they are called, and the "
            "gradient is what they make of it"
        )
    return (*found, *([] if told.complete else [RELEASED]))
