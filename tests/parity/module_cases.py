"""Cases for the modules that PyTorch's database has no samples of.

Per module a list of pairs: the arguments it is made with, positional and by keyword; and those it
is called with. There a tuple stands for a random tensor of that shape, which needs a gradient.
"""

from __future__ import annotations

from typing import Any

import torch


def made(*args: Any, **kwargs: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a constructor."""
    return args, kwargs


def classes(*shape: int, below: int, seed: int = 0) -> torch.Tensor:
    """Random class numbers."""
    return torch.randint(below, shape, generator=torch.Generator().manual_seed(seed))


WORDS = classes(4, 3, below=7)
BAGS = classes(10, below=7)
PLACES = torch.tensor([0, 3, 3, 7])

CASES: dict[str, list[tuple[Any, tuple[Any, ...]]]] = {
    "AdaptiveLogSoftmaxWithLoss": [
        (made(8, 10, [3, 6]), ((5, 8), classes(5, below=10))),
        (made(8, 10, [4], div_value=2.0, head_bias=True), ((5, 8), classes(5, below=10))),
    ],
    "AlphaDropout": [(made(0.3), ((3, 4),))],
    "ChannelShuffle": [(made(2), ((2, 6, 3, 3),))],
    "CosineSimilarity": [(made(), ((3, 4), (3, 4))), (made(0, 1e-2), ((3, 4), (1, 4)))],
    "Dropout": [(made(0.3), ((3, 4),))],
    "Dropout1d": [(made(0.3), ((2, 3, 4),))],
    "Dropout2d": [(made(0.3), ((2, 3, 4, 4),))],
    "Dropout3d": [(made(0.3), ((2, 3, 2, 2, 2),))],
    "EmbeddingBag": [
        (made(7, 5), (WORDS,)),
        (made(7, 5, mode="sum", padding_idx=2), (BAGS, PLACES)),
        (made(7, 5, mode="max"), (BAGS, PLACES)),
        (made(7, 5, mode="sum", include_last_offset=True), (BAGS, torch.tensor([0, 2, 2, 10]))),
    ],
    "FeatureAlphaDropout": [(made(0.3), ((2, 3, 4),))],
    "Flatten": [(made(), ((2, 3, 4),)), (made(0, -2), ((2, 3, 4),))],
    "Fold": [
        (made((4, 5), 2), ((2, 12, 12),)),
        (made((4, 5), (2, 3), 2, 1, (1, 2)), ((12, 4),)),
    ],
    "Hardsigmoid": [(made(), ((3, 4),))],
    "Identity": [(made(54, unused=True), ((3, 4),))],
    "LazyBatchNorm1d": [(made(), ((4, 3),)), (made(affine=False), ((4, 3, 2),))],
    "LazyBatchNorm2d": [(made(momentum=None), ((4, 3, 2, 2),))],
    "LazyBatchNorm3d": [(made(track_running_stats=False), ((4, 3, 2, 2, 2),))],
    "LazyInstanceNorm1d": [(made(affine=True), ((4, 3, 5),))],
    "LazyInstanceNorm2d": [(made(track_running_stats=True), ((4, 3, 2, 2),))],
    "LazyInstanceNorm3d": [(made(), ((4, 3, 2, 2, 2),))],
    "LazyLinear": [(made(3), ((4, 5),)), (made(3, bias=False), ((2, 4, 5),))],
    "PairwiseDistance": [
        (made(), ((3, 4), (3, 4))),
        (made(1.0, keepdim=True), ((3, 4), (3, 4))),
        (made(float("inf"), 1e-3), ((4,), (4,))),
    ],
    "PixelShuffle": [(made(2), ((2, 8, 3, 2),)), (made(3), ((9, 1, 2),))],
    "PixelUnshuffle": [(made(2), ((2, 2, 6, 4),))],
    "RReLU": [(made(0.25, 0.25), ((3, 4),))],
    "TripletMarginLoss": [
        (made(), ((3, 4), (3, 4), (3, 4))),
        (made(0.5, 1.0, 1e-3, swap=True, reduction="sum"), ((3, 4), (3, 4), (3, 4))),
    ],
    "TripletMarginWithDistanceLoss": [
        (made(margin=0.5), ((3, 4), (3, 4), (3, 4))),
        (made(swap=True, reduction="none"), ((3, 4), (3, 4), (3, 4))),
    ],
    "Unflatten": [(made(1, (2, 3)), ((4, 6),)), (made(-1, (3, -1)), ((2, 6),))],
    "Unfold": [
        (made(2), ((2, 3, 4, 5),)),
        (made((2, 3), 2, 1, (1, 2)), ((3, 4, 5),)),
    ],
    "Upsample": [
        (made(size=5), ((2, 3, 4),)),
        (made(scale_factor=2), ((2, 3, 2, 3),)),
        (made(scale_factor=2, mode="linear"), ((2, 3, 4),)),
        (made(scale_factor=(2, 3), mode="bilinear", align_corners=True), ((2, 3, 2, 3),)),
        (made(size=(4, 5), mode="bicubic"), ((2, 3, 3, 3),)),
        (made(scale_factor=2, mode="trilinear"), ((2, 3, 2, 2, 2),)),
    ],
    "UpsamplingBilinear2d": [(made(scale_factor=2), ((2, 3, 2, 3),))],
    "UpsamplingNearest2d": [(made(size=(4, 3)), ((2, 3, 2, 3),))],
}
POOLED = torch.tensor([[[1, 3, 4], [0, 2, 5]]])
CASES["MaxUnpool1d"] = [(made(2), ((1, 2, 3), POOLED))]
CASES["MaxUnpool2d"] = [
    (made(2), ((1, 1, 2, 2), torch.tensor([[[[0, 3], [9, 15]]]]))),
    (made(2, 1), ((1, 1, 2, 2), torch.tensor([[[[0, 2], [4, 8]]]]))),
]
CASES["MaxUnpool3d"] = [(made(2), ((1, 1, 1, 1, 2), torch.tensor([[[[[3, 14]]]]])))]
CASES["NLLLoss2d"] = [(made(), ((2, 4, 3, 3), classes(2, 3, 3, below=4)))]
