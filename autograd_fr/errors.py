"""The exception types of the package: each message names what is wrong and what to do."""


class AutogradError(RuntimeError):
    """Base of every error raised about a graph, an operation or its arguments.

    `part`: the name of the operation that the message begins with.
    """

    part: str | None = None
    told = False  # whether what there is to say besides has been said


class ShapeError(AutogradError, ValueError):
    """Operands whose shapes do not fit together."""


class DimensionError(ShapeError, IndexError):
    """An axis or an index that a tensor does not have."""


class DtypeError(AutogradError, TypeError):
    """An operand of a kind that the operation cannot take."""


class SequenceError(DtypeError):
    """A list or a tuple of tensors where an operation takes one tensor."""


class OperandError(ShapeError, TypeError):
    """A number or a list where only a tensor with axes will do."""


class IndexKindError(DtypeError, IndexError):
    """An index of a kind that names no entries, a float say."""


class RangeError(AutogradError, ValueError):
    """A number beyond what an operation or a dtype can take."""


class LinAlgError(AutogradError):
    """A matrix without the inverse, the solution or the factors asked of it."""


class GraphError(AutogradError):
    """A derivative was asked of a graph that cannot give it."""


class ReleasedError(GraphError):
    """What an operation saved for backward was let go of by an earlier pass."""


class OverwrittenError(GraphError):
    """What an operation saved for backward was written into before backward came to read it."""


class UninitializedError(AutogradError, ValueError):
    """A parameter of a lazy module was used before the first call has given it a shape."""


class GradcheckError(AutogradError):
    """An analytical derivative that differs from the numerical one.

    `report`: what gradcheck found, where it got as far as comparing.
    """

    report: object = None


class NothingToCheckError(GradcheckError, ValueError):
    """A check of derivatives without an input that requires a gradient."""


class GradcheckWarning(UserWarning):
    """A derivative that gradcheck could not judge: the function has a kink there."""


class NonFiniteError(AutogradError, FloatingPointError):
    """An infinity or a nan where there were numbers before.

    `birth`: what is known of how it came to be, where `ag.debug()` found it; else None.
    """

    def __init__(self, message: str, birth: object = None) -> None:
        super().__init__(message)
        self.birth = birth


class BatchingError(AutogradError, ValueError):
    """A call of `vmap` whose axes do not fit its arguments, or what its function returns."""


class NotBatchable(AutogradError, TypeError):
    """One answer was asked of the many samples of a batch inside `vmap`."""


class DataError(ValueError):
    """A data file that is missing, damaged, or not what it should be."""


class DownloadError(DataError):
    """A data file that none of its mirrors has given."""


class DoctorWarning(UserWarning):
    """A finding of `doctor` about a training."""


class MissingExtra(ImportError):
    """An optional dependency that is not installed.

    >>> str(MissingExtra("tqdm", "progress"))
    "tqdm is not installed; it comes with: pip install 'autograd_fr[progress]'"
    """

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"{package} is not installed; it comes with: pip install 'autograd_fr[{extra}]'"
        )
