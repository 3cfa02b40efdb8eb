"""What became of the samples of one operator or module, as lines to read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .compare import Tally
from .same import normalised


def show(
    title: str, tally: Tally, given: dict[int, Any], most: int, told: Callable[..., Any]
) -> None:
    """A line of counts, then the refusals, then what differs: of its kinds the first `most`.

    `given`: the samples by their numbers; `told` says of one how it is shown.
    """
    print(
        f"{title}: {tally.equal} equal, {tally.refused.total()} refused, "
        f"{len(tally.wrong)} wrong; {tally.second} second derivatives"
    )
    for reason, times in tally.refused.items():
        print(f"    refused {times}: {reason}")
    alike: dict[str, list[tuple[int, str]]] = {}
    for number, text in tally.wrong:
        alike.setdefault(normalised(text), []).append((number, text))
    for cases in list(alike.values())[:most]:
        (number, text), rest = cases[0], [number for number, _ in cases[1:]]
        others = f" (and {str(rest)[1:-1]})" if rest else ""
        print(f"    wrong, sample {number}{others}: {text}")
        print(f"        {told(given[number])}")
    if len(alike) > most:
        print(f"    ... and {len(alike) - most} other kinds")
