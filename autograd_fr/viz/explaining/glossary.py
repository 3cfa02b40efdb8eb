r"""What the operators are that formulas name, each in one line.

Whatever an operation calls `\operatorname{...}` stands here, and what else a student may not know.
"""

from __future__ import annotations

from .formulas import tokens

LOCAL = r"\text{local}"

MEANINGS = {
    # signs
    r"\odot": "product entry by entry",
    "[": "1 where the condition holds, else 0",
    "ones": "a tensor of ones",
    LOCAL: "the derivative of this operation alone, by one input, the others held fixed",
    # entry by entry
    "sgn": "the sign: -1, 0 or 1",
    "trunc": "the whole part, towards 0",
    "round": "the nearest number of so many decimals",
    "nextafter": "the next floating-point number on the way to another",
    "atan2": "the angle of the point with these coordinates",
    "arsinh": "the inverse of sinh",
    "arcosh": "the inverse of cosh",
    "artanh": "the inverse of tanh",
    "erf": "the error function, the integral of a Gaussian",
    "erfc": "1 - erf",
    "sinc": "sin(πx) / (πx)",
    "relu": "max(0, x)",
    "sigma": "the logistic function, 1 / (1 + exp(-x))",
    "Phi": "the distribution function of the standard normal distribution",
    "varphi": "the density of the standard normal distribution",
    "Gamma": "the gamma function, (n - 1)! at whole numbers",
    "psi": "the derivative of ln Γ",
    # shapes
    "shape": "the lengths of the axes",
    "reshape": "the same entries in another shape",
    "squeeze": "without axes of length 1",
    "unsqueeze": "with an axis of length 1 more",
    "broadcast": "repeated along axes, to a larger shape",
    "sumto": "summed over the axes along which it was repeated",
    "cat": "joined along an axis",
    "part": "of what was joined, the part that one tensor has",
    "stack": "laid side by side along a new axis",
    "select": "the entry number k along an axis",
    "permute": "the axes in another order",
    "inverse": "the order of axes that undoes another",
    "flip": "back to front along axes",
    "roll": "moved on along axes, and from the end back to the start",
    "repeat": "copies side by side",
    "sumcopies": "summed over the copies",
    "windows": "the runs of entries along an axis",
    "overlap": "runs of entries added up where they were taken",
    "strided": "the memory of a tensor read with other strides",
    "unstrided": "for each entry the sum over all that read it",
    "pad": "with entries more, or fewer, at the ends",
    "extend": "continued beyond the ends by its own entries",
    r"extend^\top": "what was continued, added to where it came from",
    # reading and writing
    "scatter": "zeros of this shape, with each entry added where the index reads",
    "write": "a tensor with another written to a place in it",
    "written": "what was read back from where it was written",
    "extreme": "the greatest, or least, of what comes together at each place",
    "ownshare": "each entry's share: an even one if it is among the best at its place",
    "srcshare": "what each entry brought there has of its place's gradient",
    "addrows": "each row added to the row of a table that has its number",
    "weighed": "rows as the table counts them: not those of padding, over how often each occurs",
    # linear algebra
    "diag": "the square matrix with a vector on its diagonal",
    "diagonal": "the entries on a diagonal",
    "ondiagonal": "zeros with the entries on a diagonal",
    "tril": "the part on and below a diagonal, zeros above",
    "triu": "the part on and above a diagonal, zeros below",
    "stril": "the part below the diagonal",
    "tri": "the triangle that is read of a matrix",
    "dtri": "the part of a matrix in that triangle",
    "lower": "the L in which LU is packed, with ones on its diagonal",
    "upper": "the upper triangle, U where LU is packed",
    "left": "a left inverse, of the first rows",
    "right": "a right inverse, of the first columns",
    "perm": "the matrix that undoes the exchanges of rows",
    "copyltu": "the symmetric matrix with the lower triangle of another",
    "skew": "half the difference of a matrix and its transpose",
    "gaps": "the matrix of differences vⱼ - vᵢ, with ones on the diagonal",
    "det": "the determinant",
    "cof": "the matrix of cofactors",
    "rows": "the number of rows",
    "columns": "the number of columns",
    "expm": "the exponential of a matrix, 1 + X + X²/2 + ...",
    "dexpm": "the derivative of the exponential of a matrix, in a direction",
    "einsum": "products of entries, summed over the labels that the result lacks; "
    "with an index k, the same with G in the place of tensor k",
    "cdist": "the distances of all rows from all rows",
    "dcdist": "for each row, the slopes of its distances, weighed by G and summed",
    "pairs": "the differences of every two rows",
    r"pairs^\top": "differences of rows added to the rows they are of",
    "length": "the norm of each row",
    "direction": "the slope of the norm of each row",
    # reductions and normalisation
    "mean": "the average",
    "E": "the average over what is normalised together",
    "neighbours": "sums over channels near each other",
    "reduction": "the average or the sum, with weights where there are some",
    "share": "what each entry has of the gradient of an average or a sum",
    "softmax": "exponentials over their sum, in each row",
    "column": "one number for each row, beside all its entries",
    # convolution, pooling, resampling
    "conv": "the convolution: each filter times each window, summed",
    r"conv^\top": "the transposed convolution: each gradient times its filter, added to the window",
    "corr": "each gradient times the window it belongs to, summed",
    "maxpool": "the greatest entry of each window",
    "argmaxpool": "where the greatest entry of each window is",
    "unpool": "zeros, with each entry added at its place",
    "takepool": "the entries at these places",
    "avgpool": "the average of each window",
    r"avgpool^\top": "each entry spread evenly over its window",
    "sumpool": "the sum of each window",
    r"sumpool^\top": "each entry added to all of its window",
    "im2col": "the windows of images as columns",
    "col2im": "columns added to the windows they are",
    "interp": "resampled: each new entry an average of those near it",
    r"interp^\top": "each entry given back to those it is an average of, with their weights",
    # sequences and attention
    "heads": "the columns of queries (1), keys (2) or values (3), split by heads",
    r"heads^\top": "gradients of queries, keys and values put together",
    "first": "the first half",
    "second": "the second half",
    "joined": "two halves put together",
    "parts": "so many equal parts",
    "nonlinearity": "tanh or relu",
    "P": "the probability of the labels, over all ways to read them",
    "posterior": "how probable each class is at each step, given the labels",
    r"posterior^\top": "the transposed derivative of `posterior`",
    r"RNN^\top": "backpropagation through time: δₜ = (gradient of hₜ) ⊙ slope, from the last step",
    r"LSTM^\top": "backpropagation through time, through the cells of an LSTM",
    r"GRU^\top": "backpropagation through time, through the cells of a GRU",
}


def entry(name: str) -> str | None:
    r"""The key under which an operator is explained: `RNN^\top_{gates}` is an `RNN^\top`."""
    key = name.partition("_{")[0] if r"^\top" in name else name
    return key if key in MEANINGS else None


def spoken_of(latex: str) -> list[str]:
    r"""What a formula names that the glossary explains, in its order.

    >>> spoken_of(r"\operatorname{conv^\top}(G, w) \odot [x > 0]")
    ['conv^\\top', '\\odot', '[']
    """
    named = [
        name
        for token in tokens(latex)
        for name in [token.text if token.kind == "text" else token.name]
        if token.kind == "function" or name in (r"\odot", "[", "ones", LOCAL)
    ]
    return list(dict.fromkeys(key for name in named if (key := entry(name))))
