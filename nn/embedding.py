"""Tables of vectors, whose rows are read by number."""

from __future__ import annotations

from typing import Any

from ..creation.values import as_tensor, zeros
from ..devices import on_cpu
from ..errors import ShapeError
from . import functional as F
from . import init
from .functional.embeddings import check_dense, row_number
from .module import Module
from .parameter import Parameter


class _Table(Module):
    """What both kinds of tables share: the weight, and where it comes from."""

    num_embeddings: int
    embedding_dim: int
    padding_idx: int | None

    def _begin(self, given: Any, trained: bool, device: Any, dtype: Any) -> None:
        """Take the given weight, or draw one."""
        on_cpu(device)
        shape = (self.num_embeddings, self.embedding_dim)
        if given is not None and tuple(given.shape) != shape:
            raise ShapeError(f"_weight has the shape {tuple(given.shape)}, it must be {shape}")
        weight = zeros(*shape, dtype=dtype) if given is None else given
        self.weight = Parameter(weight, requires_grad=trained)
        if given is None:
            self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weight anew: standard normal, but zeros in the row `padding_idx`."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            init.zeros_(self.weight.detach()[self.padding_idx])


class Embedding(_Table):
    """A table of `num_embeddings` vectors of `embedding_dim` entries; see `functional.embedding`.

    `weight` (num_embeddings, embedding_dim) starts standard normal, with zeros in the row
    `padding_idx`, which no gradient reaches. Raises AutogradError for `sparse=True`.

    >>> import autograd_fr as ag
    >>> ag.nn.Embedding(10, 3)(ag.tensor([[1, 2], [4, 0]])).shape
    torch.Size([2, 2, 3])
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Any = None,
        _freeze: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        check_dense(sparse)
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = row_number(padding_idx, num_embeddings)
        self.max_norm, self.norm_type = max_norm, norm_type
        self.scale_grad_by_freq, self.sparse = scale_grad_by_freq, sparse
        self._begin(_weight, not _freeze, device, dtype)

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Any,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
    ) -> Embedding:
        """A layer of given vectors, a matrix, that are trained only with `freeze=False`.

        >>> import autograd_fr as ag
        >>> ag.nn.Embedding.from_pretrained(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))(ag.tensor([1]))
        tensor([[3., 4.]])
        """
        embeddings = matrix(embeddings)
        rows, size = embeddings.shape
        return cls(
            rows, size, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse,
            _weight=embeddings, _freeze=freeze,
        )  # fmt: skip

    def forward(self, input: Any) -> Any:
        """The vectors of the numbers in `input`."""
        return F.embedding(
            input, self.weight, self.padding_idx, self.max_norm, self.norm_type,
            self.scale_grad_by_freq, self.sparse,
        )  # fmt: skip

    def extra_repr(self) -> str:
        shown = f"{self.num_embeddings}, {self.embedding_dim}"
        if self.padding_idx is not None:
            shown += f", padding_idx={self.padding_idx}"
        if self.max_norm is not None:
            shown += f", max_norm={self.max_norm}"
        if self.norm_type != 2:
            shown += f", norm_type={self.norm_type}"
        if self.scale_grad_by_freq:
            shown += f", scale_grad_by_freq={self.scale_grad_by_freq}"
        return shown


class EmbeddingBag(_Table):
    """Sums, averages or greatest entries of bags of vectors; see `functional.embedding_bag`.

    `weight` is that of `Embedding`; numbers that are `padding_idx` are left out of their bags.

    >>> import autograd_fr as ag
    >>> ag.nn.EmbeddingBag(10, 3, mode="sum")(ag.tensor([1, 2, 4]), ag.tensor([0, 2])).shape
    torch.Size([2, 3])
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Any = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        check_dense(sparse)
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.max_norm, self.norm_type = max_norm, norm_type
        self.scale_grad_by_freq = scale_grad_by_freq
        self.padding_idx = row_number(padding_idx, num_embeddings)
        self._begin(_weight, True, device, dtype)
        self.mode, self.sparse, self.include_last_offset = mode, sparse, include_last_offset

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Any,
        freeze: bool = True,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
    ) -> EmbeddingBag:
        """A layer of given vectors, a matrix, that are trained only with `freeze=False`.

        >>> import autograd_fr as ag
        >>> bag = ag.nn.EmbeddingBag.from_pretrained(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
        >>> bag(ag.tensor([[0, 1]]))
        tensor([[2., 3.]])
        """
        embeddings = matrix(embeddings)
        rows, size = embeddings.shape
        made = cls(
            rows, size, max_norm, norm_type, scale_grad_by_freq, mode, sparse,
            embeddings, include_last_offset, padding_idx,
        )  # fmt: skip
        made.weight.requires_grad = not freeze
        return made

    def forward(self, input: Any, offsets: Any = None, per_sample_weights: Any = None) -> Any:
        """A vector for each bag."""
        return F.embedding_bag(
            input, self.weight, offsets, self.max_norm, self.norm_type, self.scale_grad_by_freq,
            self.mode, self.sparse, per_sample_weights, self.include_last_offset, self.padding_idx,
        )  # fmt: skip

    def extra_repr(self) -> str:
        shown = f"{self.num_embeddings!r}, {self.embedding_dim!r}"
        if self.max_norm is not None:
            shown += f", max_norm={self.max_norm!r}"
        if self.norm_type != 2:
            shown += f", norm_type={self.norm_type!r}"
        if self.scale_grad_by_freq:
            shown += f", scale_grad_by_freq={self.scale_grad_by_freq!r}"
        shown += f", mode={self.mode!r}"
        if self.padding_idx is not None:
            shown += f", padding_idx={self.padding_idx!r}"
        return shown


def matrix(embeddings: Any) -> Any:
    """Given vectors as a tensor; or ShapeError."""
    embeddings = as_tensor(embeddings)
    if embeddings.ndim != 2:
        raise ShapeError(f"embeddings are the rows of a matrix, not {tuple(embeddings.shape)}")
    return embeddings
