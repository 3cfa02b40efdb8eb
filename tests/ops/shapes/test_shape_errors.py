"""Shape operations refuse what does not fit, by name, with the tensor and the axis at fault."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr.errors import DimensionError, DtypeError, ShapeError

X, V, S = ag.zeros(2, 3), ag.zeros(4), ag.tensor(3.0)

MISFITS = [
    (lambda: X.T.view(6), ShapeError, r"view of \(3, 2\).*strides \(1, 3\).*reshape"),
    (lambda: X.view(5), ShapeError, r"view: `X` of shape \(2, 3\)"),
    (lambda: X.reshape(-2, 3), ShapeError, "reshape of .*negative"),
    (lambda: S.view(ag.uint8), ShapeError, "view of 3.0"),
    (lambda: ag.zeros(3).view(ag.float64), ShapeError, "view of"),
    (lambda: V.unflatten(0, (3, -1)), ShapeError, r"unflatten: axis 0 of length 4.*\(3, -1\)"),
    (lambda: V.unflatten(0, ()), ShapeError, "unflatten"),
    (lambda: S.unflatten(0, (1,)), DimensionError, "unflatten"),
    (lambda: X.squeeze((0, -2)), ShapeError, "squeeze: an axis is named twice"),
    (lambda: X.permute(0, 0), ShapeError, "permute: an axis is named twice"),
    (lambda: X.movedim((0, 1), 1), ShapeError, "movedim: 2 axes cannot go to 1"),
    (lambda: V.mT, DimensionError, "mT: a matrix"),
    (lambda: V.H, DimensionError, "H: a matrix"),
    (lambda: ag.zeros(1, 2, 3).H, DimensionError, "use mH"),
    (lambda: ag.zeros(1, 2, 3).t(), DimensionError, "t: a matrix"),
    (lambda: X.expand(3), ShapeError, r"\(2, 3\).*\(3,\)"),
    (lambda: V.expand(-1, 4), ShapeError, "new axes come in front"),
    (lambda: ag.broadcast_shapes((2,), (3,)), ShapeError, r"shapes \(2,\) and \(3,\) do not"),
    (lambda: ag.broadcast_tensors(X, V), ShapeError, r"\(2, 3\) and \(4,\)"),
    (lambda: X.repeat(2), ShapeError, r"repeat of \(2, 3\)"),
    (lambda: X.tile(-1), ShapeError, "none negative"),
    (lambda: V.repeat_interleave(ag.tensor([1, 2])), ShapeError, r"or 4, got shape \(2,\)"),
    (lambda: V.repeat_interleave(-1), ShapeError, "repeat_interleave.*negative"),
    (lambda: V.repeat_interleave(1.5), DtypeError, "repeat_interleave.*float64"),
    (lambda: V.repeat_interleave(2, output_size=7), ShapeError, "7, but 8"),
    (lambda: ag.cat([X, X, V]), ShapeError, "tensor 2 has 1 axes.*tensor 0 has 2"),
    (lambda: ag.cat([X, ag.zeros(2, 2)]), ShapeError, "tensor 1 has length 2 along axis 1"),
    (lambda: ag.cat([X, S]), ShapeError, r"tensor 1 has shape \(\)"),
    (lambda: ag.cat([X, X], 2), DimensionError, "cat: axis 2"),
    (lambda: ag.cat([X, None]), DtypeError, "number 1"),
    (lambda: ag.stack([X, X, V]), ShapeError, r"tensor 2 has shape \(4,\)"),
    (lambda: ag.stack([]), ShapeError, "stack: there is nothing"),
    (lambda: ag.stack([X], 3), DimensionError, "stack: axis 3"),
    (lambda: ag.block_diag(X, ag.zeros(1, 2, 3)), ShapeError, "block_diag: tensor 1"),
    (lambda: V.split(0), ShapeError, "split: 4 entries"),
    (lambda: V.split([1, 2]), ShapeError, r"\[1, 2\] do not make up the 4 of axis 0"),
    (lambda: S.split(1), DimensionError, "split"),
    (lambda: V.chunk(0), ShapeError, "chunk"),
    (lambda: V.tensor_split(0), ShapeError, "tensor_split"),
    (lambda: V.tensor_split(ag.tensor([1.0])), DtypeError, "tensor_split"),
    (lambda: V.tensor_split(1, sections=2), TypeError, "either"),
    (lambda: V.hsplit(3), ShapeError, "hsplit.*4 of axis 0"),
    (lambda: V.hsplit("abc"), DtypeError, "hsplit.*'abc'"),
    (lambda: V.vsplit(2), DimensionError, "vsplit: 2 axes"),
    (lambda: X.dsplit(2), DimensionError, "dsplit: 3 axes"),
    (lambda: X.unbind(2), DimensionError, "unbind: axis 2"),
    (lambda: X.flip(0, 0), ShapeError, "flip: an axis is named twice"),
    (lambda: V.fliplr(), DimensionError, "fliplr"),
    (lambda: S.flipud(), DimensionError, "flipud"),
    (lambda: X.roll((1, 2)), ShapeError, "roll of .*2 shifts"),
    (lambda: S.roll(1, 0), DimensionError, "roll of"),
    (lambda: X.rot90(1, (0,)), ShapeError, "rot90: two axes"),
    (lambda: V.rot90(), DimensionError, "rot90: axis 1"),
    (lambda: S.diag(), DimensionError, "diag: a vector or a matrix"),
    (lambda: S.diag_embed(), DimensionError, "diag_embed"),
    (lambda: X.diagonal(0, 1, 1), ShapeError, "diagonal: dim1 and dim2"),
    (lambda: V.tril(), DimensionError, r"tril of \(4,\)"),
    (lambda: V.unfold(0, 5, 1), ShapeError, r"unfold of \(4,\).*5 entries"),
    (lambda: V.unfold(0, 1, 0), ShapeError, "0 apart"),
    (lambda: V.as_strided((2, 2), (3, 1)), ShapeError, "reach entry 4 of a memory of 4"),
    (lambda: V.as_strided((2,), (-1,)), ShapeError, "nothing negative"),
    (lambda: V.as_strided((2,), (1, 1)), ShapeError, "as many strides"),
]


@pytest.mark.parametrize(("call", "kind", "message"), MISFITS, ids=range(len(MISFITS)))
def test_errors_name_what_does_not_fit(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


def test_an_axis_out_of_range_is_an_index_error_as_in_pytorch():
    with pytest.raises(IndexError):
        X.unsqueeze(5)
    with pytest.raises(RuntimeError):
        X.T.view(6)
