"""Parameters that nobody learns: not in the optimizer, not reached by the loss, or frozen."""

from __future__ import annotations

from typing import Any

from .patient import Examination


class Parameters(Examination):
    """Speaks at the end, after a few passes, of parameters that had no part in any of them."""

    def finish(self) -> None:
        patient = self.patient
        if patient.passes < self.limits.repeats:
            return
        named = patient.named()
        learning = {key: entry for key, entry in named.items() if entry[1].requires_grad}
        if named and not learning:
            self._frozen(len(named))
        self._unreached({key for key in learning if key not in patient.reached})
        if patient.optimizers and patient.report.steps >= self.limits.repeats:
            strangers = [
                p
                for key, p in patient.optimized().items()
                if key not in named and key not in patient.reached
            ]
            lacking = {
                key
                for key, (_, p) in learning.items()
                if key not in patient.optimized() and not patient.changed(p)
            }
            if len(strangers) < len(patient.optimized()):  # else it is that of another model
                self._lacking(lacking, bool(strangers))
            self._strangers(strangers)

    def _grouped(self, keys: set[int]) -> list[tuple[str, str]]:
        """The parameters of these ids: whole modules where all they learn is among them.

        As pairs of a name and the path of the module.
        """
        left, groups = set(keys), []
        for path, module in self.patient.calls.modules.items():
            own = {id(p) for p in module.parameters() if p.requires_grad}
            if own and own <= left:
                groups.append((f"{self.patient.calls.shown(path)}, {counted(len(own))}", path))
                left -= own
        for key in keys & left:
            name = self.patient.named()[key][0]
            groups.append((name, name.rpartition(".")[0]))
        return groups

    def _unreached(self, keys: set[int]) -> None:
        passes = self.patient.passes
        for name, path in self._grouped(keys):
            reason, fix = self._reason(path)
            self.say(
                "parameter without gradient", "warning", name,
                f"The loss reached it in none of {passes} backward passes: {reason}.",
                name, fix, passes,
            )  # fmt: skip

    def _reason(self, path: str) -> tuple[str, str]:
        """Why the loss does not reach what is in a module, as far as its calls tell; and a fix."""
        calls = self.patient.calls
        inside = [p for p in calls.modules if p == path or p.startswith(f"{path}.")]
        made, recorded = (sum(c[p] for p in inside) for c in (calls.made, calls.recorded))
        if not made:
            return (
                f"{path} was never called",
                "Use it in forward(), or remove it; if it rests on purpose, "
                f"{path}.requires_grad_(False).",
            )
        if not recorded:
            return f"{path} was called under no_grad only", "Call it outside of no_grad()."
        return (
            f"{path} was called {made} times, but its result does not lead to the loss, or not the "
            "part of it that depends on this",
            "Look between it and the loss for detach(), .data, .item(), numpy(), argmax, or a "
            "result that is not used.",
        )

    def _lacking(self, keys: set[int], replaced: bool) -> None:
        for name, path in self._grouped(keys):
            also = " The optimizer holds others that no loss reaches: was a layer replaced?"
            self.say(
                "parameter not in the optimizer", "error", name,
                f"It requires a gradient, but no optimizer has it, and its values have not changed "
                f"in {self.patient.report.steps} steps." + also * replaced,
                name,
                "Make the optimizer after the model is complete, with model.parameters(), or use "
                f"add_param_group(); if it is to rest, {path}.requires_grad_(False).",
                self.patient.report.steps,
            )  # fmt: skip

    def _strangers(self, strangers: list[Any]) -> None:
        if strangers:
            shapes = ", ".join(str(tuple(p.shape)) for p in strangers[:4])
            self.say(
                "optimizer of other parameters", "error", "",
                f"The optimizer holds {counted(len(strangers))} (of shape {shapes}"
                f"{', ...' * (len(strangers) > 4)}) that are not in the model, and that no loss "
                "has reached.",
                f"the optimizer given to doctor() in {self.patient.entered_at}",
                "Make the optimizer after the last layer was replaced or the model made anew.",
                self.patient.report.steps,
            )  # fmt: skip

    def _frozen(self, number: int) -> None:
        self.say(
            "all parameters frozen", "error", "",
            f"None of the {number} parameters requires a gradient: the model cannot learn.",
            self.patient.name,
            f"{self.patient.name}.requires_grad_(), for the whole or for the layers to be learnt.",
            self.patient.passes,
        )  # fmt: skip


def counted(number: int) -> str:
    """So many parameters, in words."""
    return f"{number} parameter" + "s" * (number != 1)
