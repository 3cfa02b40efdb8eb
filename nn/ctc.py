"""The loss of sequences without an alignment, as a module."""

from __future__ import annotations

from typing import Any

from . import functional as F
from .loss_base import Loss


class CTCLoss(Loss):
    """Connectionist temporal classification; see `functional.ctc_loss`.

    >>> import autograd_fr as ag
    >>> ag.nn.CTCLoss()(ag.full((3, 1, 2), 0.5).log(), ag.tensor([[1]]), [3], [1])
    tensor(0.2877)
    """

    def __init__(
        self, blank: int = 0, reduction: str = "mean", zero_infinity: bool = False
    ) -> None:
        super().__init__(reduction=reduction)
        self.blank, self.zero_infinity = blank, zero_infinity

    def forward(self, log_probs: Any, targets: Any, input_lengths: Any, target_lengths: Any) -> Any:
        """The loss of log-probabilities at each step against rows of labels."""
        return F.ctc_loss(
            log_probs, targets, input_lengths, target_lengths,
            self.blank, self.reduction, self.zero_infinity,
        )  # fmt: skip
