"""`gradcheck` and `gradgradcheck`; what does the work is imported when they are first called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..value import Value

if TYPE_CHECKING:
    from .report import GradcheckReport

Func = Callable[..., Any]


def gradcheck(
    func: Func,
    inputs: Value | Sequence[Any],
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    *,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_batched_forward_grad: bool = False,
    check_forward_ad: bool = False,
    check_backward_ad: bool = True,
    fast_mode: bool = False,
    masked: bool | None = None,
) -> GradcheckReport:
    """A report on whether backward agrees with central differences, for every entry of every input.

    The numerical derivative is (f(x + eps) - f(x - eps)) / (2 eps); the two agree where
    |analytical - numerical| <= atol + rtol |numerical|. Inputs that require a gradient take part;
    they should be float64. `func` returns one tensor or several; of these, the floating ones that
    require a gradient are judged, or all floating ones where none does.

    The report is true unless something is wrong, and says what: `report.status` is "pass", "fail"
    or "undecided", `report.verdict` names the fault that fits. At a kink, where the slopes to the
    two sides differ, there is no derivative to compare with: if the analytical value is one of the
    slopes or between them, the entry is left out, and the check is undecided. That does not raise,
    so the report is true as well, for `gradcheck(...)` and `assert gradcheck(...)` are to agree;
    where an entry that differs was left out, a GradcheckWarning names it.

    `raise_exception`: raise GradcheckError, whose `report` is the report, where something is wrong.
    `nondet_tol`: how far apart two backward passes through the same graph may be.
    `check_undefined_grad`: differentiate each output with no gradient for the others; otherwise,
    with zeros for them.
    `check_grad_dtypes`: every rule of a `Function` returns gradients of the dtype of its argument.
    `check_batched_grad`: `grad(..., is_grads_batched=True)` agrees with one pass after the other.
    `check_forward_ad`: forward mode agrees with differences, too. `check_backward_ad`: off,
    nothing is asked of backward. `check_batched_forward_grad`: a batch of tangents in one pass
    agrees with one after the other.
    `fast_mode`: compare along one random direction per input, weighted at random per output: two
    evaluations per input, one pass per output. Where that differs, all entries are looked at.
    `masked`: about sparse tensors, of which there are none; accepted for PyTorch's sake.

    A tensor that is given twice is one variable. Raises GradcheckError also where no input requires
    a gradient (which is a ValueError, too), or no floating tensor comes out.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([0.5, 2.0], dtype=ag.float64, requires_grad=True)
    >>> bool(ag.autograd.gradcheck(lambda x: (x * x).sum(), x))
    True
    >>> class Square(ag.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x * x
    ...     @staticmethod
    ...     def backward(ctx, g):
    ...         (x,) = ctx.saved_tensors
    ...         return g * x
    >>> report = ag.autograd.gradcheck(Square.apply, x, raise_exception=False)
    >>> report.status, report.verdict
    ('fail', 'constant factor')
    """
    from .judging import judged, settled, warn_of_coarse_inputs
    from .problem import Problem
    from .settings import Settings

    settings = Settings(
        eps, atol, rtol, nondet_tol, check_undefined_grad, check_grad_dtypes, check_batched_grad,
        check_batched_forward_grad, check_forward_ad, check_backward_ad, fast_mode,
    )  # fmt: skip
    problem = Problem(func, inputs)
    warn_of_coarse_inputs(problem, settings)
    return settled(judged(problem, settings, "gradcheck"), raise_exception)


def gradgradcheck(
    func: Func,
    inputs: Value | Sequence[Any],
    grad_outputs: Any = None,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    *,
    gen_non_contig_grad_outputs: bool = False,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_fwd_over_rev: bool = False,
    check_rev_over_rev: bool = True,
    fast_mode: bool = False,
    masked: bool = False,
) -> GradcheckReport:
    """A report on whether second derivatives agree with central differences of the first ones.

    The function that is checked is the one from the inputs and `grad_outputs` to the gradients of
    the inputs. `grad_outputs`: the weights of the outputs; random ones where left out, the same
    every time, and with gaps in memory for `gen_non_contig_grad_outputs`. First derivatives that
    are computed with `create_graph=True` must also be the ordinary ones.

    `check_rev_over_rev`: by backward through backward. `check_fwd_over_rev`: by forward mode
    through backward. The other options, and what is returned and raised, are those of `gradcheck`.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([0.5, 2.0], dtype=ag.float64, requires_grad=True)
    >>> bool(ag.autograd.gradgradcheck(lambda x: x**3, x))
    True
    """
    from .judging import settled
    from .second_order import second_order
    from .settings import Settings

    settings = Settings(
        eps, atol, rtol, nondet_tol, check_undefined_grad and check_rev_over_rev,
        check_grad_dtypes, check_batched_grad, False, check_fwd_over_rev, check_rev_over_rev,
        fast_mode, ("check_rev_over_rev", "check_fwd_over_rev"),
    )  # fmt: skip
    report = second_order(func, inputs, grad_outputs, gen_non_contig_grad_outputs, settings)
    return settled(report, raise_exception)
