"""Linear algebra, under the names of torch.linalg; the operations themselves are in `ops`.

Matrices are the last two axes of a tensor, and any axes before count the matrices of a batch.

>>> from autograd_fr import linalg, tensor
>>> linalg.solve(tensor([[2.0, 0.0], [0.0, 4.0]]), tensor([1.0, 1.0]))
tensor([0.5000, 0.2500])
"""

from .autograd.composites import composite as _composite
from .autograd.readings import looking as _looking
from .errors import LinAlgError as LinAlgError
from .messages.suggestions import suggest as _suggest
from .ops.linear_algebra.decomposition import linalg_cholesky as cholesky
from .ops.linear_algebra.decomposition import linalg_eigh as eigh
from .ops.linear_algebra.decomposition import linalg_eigvalsh as eigvalsh
from .ops.linear_algebra.decomposition import linalg_qr as qr
from .ops.linear_algebra.decomposition import linalg_svd as svd
from .ops.linear_algebra.decomposition import linalg_svdvals as svdvals
from .ops.linear_algebra.determinants import linalg_det as det
from .ops.linear_algebra.determinants import linalg_slogdet as slogdet
from .ops.linear_algebra.elimination import linalg_inv_ex as inv_ex
from .ops.linear_algebra.elimination import linalg_lu as lu
from .ops.linear_algebra.elimination import linalg_lu_factor as lu_factor
from .ops.linear_algebra.elimination import linalg_lu_factor_ex as lu_factor_ex
from .ops.linear_algebra.elimination import linalg_lu_solve as lu_solve
from .ops.linear_algebra.matrix_norms import linalg_cond as cond
from .ops.linear_algebra.matrix_norms import linalg_matrix_norm as matrix_norm
from .ops.linear_algebra.matrix_norms import linalg_norm as norm
from .ops.linear_algebra.matrix_powers import linalg_multi_dot as multi_dot
from .ops.linear_algebra.matrix_powers import linalg_vander as vander
from .ops.linear_algebra.matrix_powers import matrix_exp as matrix_exp
from .ops.linear_algebra.matrix_powers import matrix_power as matrix_power
from .ops.linear_algebra.products import linalg_cross as cross
from .ops.linear_algebra.products import linalg_vecdot as vecdot
from .ops.linear_algebra.products import matmul as matmul
from .ops.linear_algebra.pseudoinverse import linalg_lstsq as lstsq
from .ops.linear_algebra.pseudoinverse import linalg_matrix_rank as matrix_rank
from .ops.linear_algebra.pseudoinverse import linalg_pinv as pinv
from .ops.linear_algebra.solving import linalg_inv as inv
from .ops.linear_algebra.solving import linalg_solve as solve
from .ops.linear_algebra.solving import linalg_solve_triangular as solve_triangular
from .ops.linear_algebra.solving import linalg_tensorinv as tensorinv
from .ops.linear_algebra.solving import linalg_tensorsolve as tensorsolve
from .ops.reductions.vector_norms import vector_norm as vector_norm
from .ops.shapes.diagonals import linalg_diagonal as diagonal

__all__ = [
    "LinAlgError",
    "cholesky",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eigh",
    "eigvalsh",
    "inv",
    "inv_ex",
    "lstsq",
    "lu",
    "lu_factor",
    "lu_factor_ex",
    "lu_solve",
    "matmul",
    "matrix_exp",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "multi_dot",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_triangular",
    "svd",
    "svdvals",
    "tensorinv",
    "tensorsolve",
    "vander",
    "vecdot",
    "vector_norm",
]

for _name in __all__:
    if not hasattr(globals()[_name], "op") and _name != "LinAlgError":
        globals()[_name] = _composite(globals()[_name], f"linalg.{_name}", __name__)

_suggest(__name__)

# What these give hangs on values in a way that no graph knows of.
for _name in ("inv_ex", "lstsq", "lu_factor_ex", "matrix_rank"):
    globals()[_name] = _looking(globals()[_name])
