"""A net with parts of every kind, for the tests of what modules do with them."""

import autograd_fr as ag
from autograd_fr import nn


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(3, 4)
        self.rest = nn.Sequential(nn.ReLU(), nn.Dropout(0.3), nn.Linear(4, 2, bias=False))
        self.scale = nn.Parameter(ag.ones(2))
        self.register_buffer("mean", ag.zeros(3))
        self.note = "an ordinary attribute"

    def forward(self, x):
        return self.rest(self.first(x - self.mean)) * self.scale
