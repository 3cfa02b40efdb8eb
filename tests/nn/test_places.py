"""Names at the places where PyTorch has them."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

import autograd_fr as ag
from autograd_fr import nn

# What is not offered anywhere, and what a file of no public names has.
ABSENT = {"CrossMapLRN2d", "NonDynamicallyQuantizableLinear", "Container", "apply_permutation"}
WITHOUT = {"_functions", "linear_cross_entropy", "linear_cross_entropy_options"}


def test_every_public_name_of_pytorchs_modules_is_at_its_place():
    torch = pytest.importorskip("torch", reason="PyTorch is what the names are compared with")
    places = {m.name for m in pkgutil.iter_modules(torch.nn.modules.__path__)} - WITHOUT
    missing = []
    for place in sorted(places):
        theirs = importlib.import_module(f"torch.nn.modules.{place}")
        ours = importlib.import_module(f"autograd_fr.nn.modules.{place}")
        missing += [
            (place, name) for name, value in vars(theirs).items()
            if (inspect.isclass(value) or inspect.isfunction(value)) and name[0] != "_"
            and value.__module__ == theirs.__name__ and not hasattr(ours, name)
        ]  # fmt: skip
    assert {name for _, name in missing} <= ABSENT | {"register_module_backward_hook"}


def test_the_bases_that_programs_ask_for():
    from autograd_fr.nn.modules.batchnorm import _BatchNorm
    from autograd_fr.nn.modules.conv import _ConvNd
    from autograd_fr.nn.modules.loss import _Loss, _WeightedLoss

    from autograd_fr.nn.modules.utils import _pair, _single

    assert isinstance(nn.Conv2d(1, 1, 1), _ConvNd) and isinstance(nn.BatchNorm1d(1), _BatchNorm)
    assert isinstance(nn.MSELoss(), _Loss) and issubclass(nn.CrossEntropyLoss, _WeightedLoss)
    assert (_pair(3), _pair([1, 2]), _single(0)) == ((3, 3), (1, 2), (0,))


def test_a_place_offers_its_names_and_suggests_them():
    from autograd_fr.nn.modules import conv

    assert "Conv2d" in dir(conv) and "Module" not in dir(conv)
    with pytest.raises(AttributeError, match="did you mean 'Conv2d'"):
        _ = conv.Conv2


def test_further_places():
    from autograd_fr.nn.utils.clip_grad import clip_grad_norm_
    from autograd_fr.nn.utils.convert_parameters import vector_to_parameters
    from autograd_fr.utils.hooks import RemovableHandle

    assert clip_grad_norm_ is nn.utils.clip_grad_norm_
    assert vector_to_parameters is nn.utils.vector_to_parameters
    assert type(nn.ReLU().register_forward_hook(print)) is RemovableHandle
    assert nn.init._calculate_fan_in_and_fan_out(ag.ones(2, 3, 5)) == (15, 10)
    assert ag.typename(ag.ones(1)) == "torch.FloatTensor"
    assert ag.typename(nn.ReLU()).endswith("ReLU") and ag.typename(3) == "int"
