"""A whole model in one file: its architecture, and the numbers in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import get_ident
from typing import Any

from ..errors import AutogradError, DataError
from ..nn import Module
from ..nn.modules.module import register_module_parameter_registration_hook
from ..random import Generator, drawing_from
from ..serialization import load, save
from ..serialization.files import reading, size_of, source
from .architecture import Classes, made, told

_FORMAT = "autograd_fr model 1"
_NONE: Classes = {}


def save_model(model: Module, path: Any) -> None:
    """Write a model to one file, a path or a file opened for writing bytes, for `load_model`.

    The file holds the class by its name, the arguments it was made with, and the `state_dict()`;
    no pickle. A file under that path is replaced once all is written. Models of this package and
    classes that derive from `models.Model` know their arguments; any other module does that has
    them in a dict `config`.

    Which parameters require gradients is kept, too.

    Raises AutogradError, and writes nothing, for a module that does not know its arguments, for
    arguments that no file can tell, and for a model that is no longer what they make.

    >>> import autograd_fr as ag, io
    >>> file, net = io.BytesIO(), ag.models.MLP(2, 3, 1)
    >>> ag.models.save_model(net, file)
    >>> _ = file.seek(0); again = ag.models.load_model(file)
    >>> (again(ag.ones(1, 2)) == net(ag.ones(1, 2))).all()
    tensor(True)
    """
    if not isinstance(model, Module):
        raise TypeError(f"save_model takes a Module and a path, not {type(model).__name__} first")
    content = {"format": _FORMAT, "architecture": told(model), "state": model.state_dict()}
    _check_changed(model, content["architecture"])
    content["frozen"] = [name for name, p in model.named_parameters() if not p.requires_grad]
    save(content, path)


def _check_changed(model: Module, architecture: Any) -> None:
    """Raise AutogradError for a model that its arguments do not make as it is."""
    name = type(model).__name__
    try:
        with drawing_from(Generator(0)):
            expected = made(architecture, _own_classes(model))
    except Exception as error:
        raise AutogradError(f"{name} cannot be made of its arguments again: {error}") from error
    theirs, own = _parts(expected), _parts(model)
    for place in {**own, **theirs}:
        there, wanted = own.get(place, "nothing"), theirs.get(place, "nothing")
        if there != wanted:
            raise AutogradError(
                f"{name} was changed after it was made: at {place} it has {there}, where its "
                f"arguments make {wanted}. Save its numbers alone, by "
                "ag.save(model.state_dict(), path)"
            )
    if list(theirs) != list(own):
        raise AutogradError(
            f"{name} was changed after it was made: its parts are in another order. Save its "
            "numbers alone, by ag.save(model.state_dict(), path)"
        )


def _parts(model: Module) -> dict[str, str]:
    """The parts and the numbers of a model, told by their places."""
    parts = {
        name or "the top": repr(part) if not list(part.children()) else _top(part)
        for name, part in model.named_modules(remove_duplicate=False)
    }
    shapes = {key: f"shape {tuple(t.shape)}" for key, t in model.state_dict().items()}
    return parts | shapes


def _top(part: Module) -> str:
    """A module told without those in it."""
    return f"{type(part).__name__}({part.extra_repr()})"


def _own_classes(model: Module) -> Classes:
    """The classes of all that is told of a model, by their names."""
    return {type(part).__name__: type(part) for part in model.modules()}


def load_model(path: Any, classes: Classes = _NONE) -> Any:
    """The model that `save_model` wrote to `path`, in evaluation mode, with its dtypes.

    `path`: or a file opened for reading bytes. `classes`: by their names, those of models that are
    not of this package; only they and its own are ever called. The package's random stream stays
    where it is. To train on, call `train()`.

    Raises DataError for a file that is damaged, that something else wrote, or whose classes are not
    known; FileNotFoundError for none, TypeError for what is no path, and for classes without names.
    """
    if not isinstance(classes, Mapping):
        raise TypeError(
            "classes is a dictionary by names, as in load_model(path, classes={'Line': Line}), not "
            f"a {type(classes).__name__}"
        )
    with source(path) as (file, name):
        size = size_of(file)
        content = load(file)
    with reading(name, "file of save_model()"):
        if not isinstance(content, dict) or content.get("format") != _FORMAT:
            raise DataError(
                "it holds no architecture: give what is in it, by ag.load(path), to the "
                "load_state_dict of a model"
            )
        return _remade(content, classes, size).eval()


def _remade(content: Any, classes: Classes, size: int) -> Any:
    """The model that a file of so many bytes tells. Raises DataError for what makes none."""
    try:
        with drawing_from(Generator(0)), _no_larger_than(size):
            model = made(content["architecture"], classes)
        _fill(model, content["state"])
        if "frozen" in content:  # not in files of the first versions
            _freeze(model, content["frozen"])
    except DataError:
        raise
    except Exception as error:  # whatever a class may find wrong with arguments and numbers
        raise DataError(f"what it tells makes no model: {error}") from error
    return model


def _fill(model: Module, state: Any) -> None:
    """Give a model the numbers and the dtypes of a state."""
    own = model.state_dict(keep_vars=True)
    for key, t in own.items():
        if key in state and hasattr(t, "dtype") and t.dtype != state[key].dtype:
            t.data = t.data.to(state[key].dtype)
    model.load_state_dict(state)


def _freeze(model: Module, frozen: Any) -> None:
    """Let all parameters require gradients but these, given by their names."""
    own = dict(model.named_parameters())
    if not isinstance(frozen, list) or not set(frozen) <= own.keys():
        raise DataError("it tells of parameters that the model has not")
    for name, p in own.items():
        p.requires_grad_(name not in frozen)


@contextmanager
def _no_larger_than(size: int) -> Iterator[None]:
    """Refuse to make more numbers than a file of so many bytes can hold.

    They are counted with their tensors, before they are drawn, for this thread. Twice as many
    pass as there are bytes: of weights that are tied, one is made and let go.
    """
    thread, left = get_ident(), 2 * size

    def count(module: Any, name: str, param: Any) -> None:
        nonlocal left
        if get_ident() == thread and param is not None:
            left -= 1 + param.numel()
            if left < 0:
                raise DataError("its architecture has more numbers than it could hold")

    with register_module_parameter_registration_hook(count):
        yield
