"""Which module of the model was running when: the link from a graph's nodes to its layers."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter

from ...autograd.memory import tick
from ...nn import Module


class Calls:
    """The calls of a model's modules, on the clock that numbers the nodes of graphs."""

    def __init__(self, model: Module, name: str) -> None:
        self.modules = {
            f"{name}.{path}" if path else name: module for path, module in model.named_modules()
        }
        self.made: Counter[str] = Counter()  # by path
        self.recorded: Counter[str] = Counter()  # those of them with recording on
        self._numbers: list[int] = []  # when the running module changed
        self._paths: list[str | None] = []  # and which one ran from then on
        self._running: list[str | None] = [None]

    def enter(self, path: str, recording: bool) -> None:
        """A module is called."""
        self.made[path] += 1
        self.recorded[path] += recording
        self._running.append(path)
        self._note(recording)

    def leave(self, recording: bool) -> None:
        """The innermost of the modules that run is done."""
        self._running.pop()
        self._note(recording)

    def _note(self, recording: bool) -> None:
        if recording:
            self._numbers.append(tick())
            self._paths.append(self._running[-1])

    def path_at(self, number: int) -> str | None:
        """The path of the innermost module that ran when a node was given its number."""
        place = bisect_right(self._numbers, number) - 1
        return self._paths[place] if place >= 0 else None

    def forget(self) -> None:
        """Forget when the calls up to now were; what still runs goes on."""
        self._numbers.clear()
        self._paths.clear()

    def shown(self, path: str) -> str:
        """A path with the class of its module: `net.2 (Linear)`."""
        return f"{path} ({type(self.modules[path]).__name__})"
