"""What quasi-Newton methods share: the walk of L-BFGS and BFGS, who differ in the direction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..autograd.value import share
from .flat import Flat
from .line_search import Point, Search
from .optimizer import Optimizer, State
from .options import at_least, number
from .state_dicts import a_state

Array = Any


class QuasiNewton(Optimizer):
    """Steps along the gradient times what has been learnt of the inverse of the Hessian.

    A subclass says what it remembers: of the change y of the gradient over a step s, and of the
    direction that this gives.
    """

    def __init__(self, params: Iterable[Any], options: dict[str, Any]) -> None:
        if options["max_eval"] is None:
            options["max_eval"] = options["max_iter"] * 5 // 4
        super().__init__(params, options)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        if self.param_groups:
            raise ValueError(
                f"{type(self).__name__} has one group of parameters: it looks at all together"
            )
        super().add_param_group(param_group)

    def check(self, defaults: Mapping[str, Any]) -> None:
        super().check(defaults)
        at_least(defaults, 0.0, "lr")
        if defaults["line_search_fn"] not in (None, "strong_wolfe"):
            raise ValueError(
                f"line_search_fn is None or 'strong_wolfe', got {defaults['line_search_fn']!r}"
            )

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        for kept in a_state(state_dict)["state"].values():
            self._check_size(kept)
        super().load_state_dict(state_dict)

    def _check_size(self, state: Mapping[str, Any]) -> None:
        """Raise ValueError where a state is of parameters with more entries, or fewer."""
        size = sum(p.array.size for p in self.param_groups[0]["params"])
        if (d := state.get("d")) is not None and len(d) != size:
            raise ValueError(f"this state is for {len(d)} entries of parameters, here are {size}")

    def forget(self, state: State) -> None:
        """Remember nothing of the shape of the loss."""
        raise NotImplementedError

    def learn(self, state: State, y: Array, s: Array) -> None:
        """Take in that the gradient changed by `y` over a step `s`."""
        raise NotImplementedError

    def direction(self, state: State, gradient: Array) -> Array:
        """Minus the inverse of the Hessian, as far as it is known, times the gradient."""
        raise NotImplementedError

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Up to `max_iter` iterations; returns the loss at the beginning.

        `closure`: clears the gradients, computes the loss, calls backward(), returns the loss.
        """
        group = self.param_groups[0]
        flat = Flat(group["params"], type(self).__name__, closure)
        state = self.state[group["params"][0]]
        self._check_size(state)
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)
        loss = flat.loss()
        state["func_evals"] += 1
        _Walk(self, group, state, flat, float(loss)).run()
        return loss


class _Walk:
    """The iterations of one step."""

    def __init__(
        self, optimizer: QuasiNewton, group: dict[str, Any], state: State, flat: Flat, loss: float
    ) -> None:
        self.optimizer, self.group, self.state, self.flat = optimizer, group, state, flat
        self.lr, self.loss, self.gradient = float(number(group["lr"])), loss, flat.gradient()
        self.evaluations, self.moved = 1, True

    def run(self) -> None:
        for left in reversed(range(self.group["max_iter"])):
            if self.found() or not self.iterated(last=not left):
                return

    def found(self) -> bool:
        """Whether the gradient has all but vanished."""
        return bool(abs(self.gradient).max(initial=0) <= self.group["tolerance_grad"])

    def iterated(self, last: bool) -> bool:
        """Go one step; whether there are reasons to go on."""
        d, before = self.turned(), self.loss
        slope = float(self.gradient @ d)
        if slope > -self.group["tolerance_change"]:
            return False
        evaluations = self.evaluations
        self.go(d, slope, last)
        self.state["func_evals"] += self.evaluations - evaluations
        change = self.group["tolerance_change"]
        return not (
            self.evaluations >= self.group["max_eval"]
            or self.found()
            or abs(d * self.state["t"]).max() <= change
            or abs(self.loss - before) < change
        )

    def turned(self) -> Array:
        """The next direction, after the last step has been learnt from; and the first t to try."""
        state, gradient = self.state, self.gradient
        state["n_iter"] += 1
        first = state["n_iter"] == 1
        if first:
            self.optimizer.forget(state)
            d = -gradient
        else:
            y = gradient - state["prev_flat_grad"].array
            self.optimizer.learn(state, y, state["d"].array * number(state["t"]))
            d = self.optimizer.direction(state, gradient)
        shorter = min(1.0, 1 / float(abs(gradient).sum())) if first else 1.0
        state.update(d=share(d), t=shorter * self.lr, prev_flat_grad=share(gradient.copy()),
                     prev_loss=self.loss)  # fmt: skip
        return d

    def go(self, d: Array, slope: float, last: bool) -> None:
        """Move along `d`, and look at loss and gradient there, unless it is the last time."""
        x = self.flat.position()
        if self.group["line_search_fn"] is None:
            self.flat.move_to(x + self.state["t"] * d)
            if not last:
                self.look()
            return

        def at(t: float) -> Point:
            self.flat.move_to(x + t * d)
            self.look()
            return Point(t, self.loss, self.gradient, float(self.gradient @ d))

        start = Point(0.0, self.loss, self.gradient, slope)
        most = self.group["max_eval"] - self.evaluations
        change = self.group["tolerance_change"]
        search = Search(at, start, most, float(abs(d).max()), change)
        self.state["t"], self.loss, self.gradient, _ = search.found(self.state["t"])
        self.flat.move_to(x + self.state["t"] * d)

    def look(self) -> None:
        self.loss, self.gradient = float(self.flat.loss()), self.flat.gradient()
        self.evaluations += 1
