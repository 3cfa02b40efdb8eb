"""Whole models in files: what was saved comes back, and nothing else gets in."""

from __future__ import annotations

import io
import json
import pickle
import struct
import time
import zipfile

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import models, nn
from autograd_fr.errors import AutogradError, DataError
from autograd_fr.models import MLP, Committee, load_model, save_model
from tests.models.test_parts import NETS

IMAGE = (2, 1, 28, 28)
INPUTS = {
    "MLP": lambda: ag.rand(2, 4), "LeNet": lambda: ag.rand(IMAGE),
    "Nielsen1": lambda: ag.rand(IMAGE), "Nielsen3": lambda: ag.rand(2, 6),
    "Nielsen6": lambda: ag.rand(IMAGE), "ResNet": lambda: ag.rand(2, 3, 32, 32),
    "CharRNN": lambda: ag.randint(0, 3, (2, 5)), "GPT": lambda: ag.randint(0, 5, (2, 4)),
    "Committee": lambda: ag.rand(2, 2), "Crops": lambda: ag.rand(IMAGE),
    "DigitNet": lambda: ag.rand(2, 1, 24, 24),
}  # fmt: skip


class Mine(models.Model):
    """A class of a user, with arguments of every kind."""

    def __init__(self, core, *sizes, kind=nn.Tanh, names=None, dtype=ag.float64, **more):
        super().__init__()
        self.core, self.sizes, self.kind, self.names, self.more = core, sizes, kind(), names, more
        self.out = nn.Linear(3, 1, dtype=dtype)

    def forward(self, x):
        return self.out(self.kind(self.core(x)).double())


class Plain(nn.Module):
    """A class of a user that keeps its arguments by itself."""

    def __init__(self, width):
        super().__init__()
        self.config = {"width": width}
        self.map = nn.Linear(width, 1)


def saved(model):
    file = io.BytesIO()
    save_model(model, file)
    file.seek(0)
    return file


@pytest.mark.parametrize("name", NETS)
def test_a_model_comes_back(name, tmp_path):
    model, x = NETS[name](), INPUTS[name]()
    model(x)  # running means, where there are some
    save_model(model, tmp_path / "net.model")
    assert [path.name for path in tmp_path.iterdir()] == ["net.model"]
    again = load_model(tmp_path / "net.model")
    assert type(again) is type(model) and repr(again) == repr(model)
    assert not any(part.training for part in again.modules())
    assert all(p.requires_grad for p in again.parameters())
    assert (again(x) == model.eval()(x)).all()
    for key, t in model.state_dict().items():
        assert (again.state_dict()[key] == t).all() and again.state_dict()[key].dtype == t.dtype


def test_a_gpt_is_tied_again_and_learns_on():
    model = models.GPT(5, 4, 1, 2, 8)
    again = load_model(saved(model)).train()
    assert again.lm_head.weight is again.transformer["wte"].weight
    again(ag.tensor([[1, 2]])).sum().backward()
    assert all(p.grad is not None for p in again.parameters())


def test_the_dtypes_come_back():
    for change in (MLP.double, MLP.half, lambda m: m.add_module("0", m[0].double())):
        model = MLP(3, 2, 1)
        change(model)
        again = load_model(saved(model))
        assert [p.dtype for p in again.parameters()] == [p.dtype for p in model.parameters()]
        assert all((p == q).all() for p, q in zip(again.parameters(), model.parameters()))
    assert load_model(saved(MLP(3, 1, dtype=ag.float64)))[0].weight.dtype == ag.float64


def test_a_large_tied_weight_of_few_bytes_is_no_larger_than_its_file():
    model = models.GPT(2000, 4, 1, 2, 32).half()
    assert load_model(saved(model)).lm_head.weight.dtype == ag.float16


def test_numbers_of_numpys_are_numbers():
    assert load_model(saved(MLP(np.int64(3), np.int32(2)))).config["widths"] == (3, 2)


def test_a_committee_of_committees():
    inner = Committee([MLP(4, 3), MLP(4, 2, 3)])
    model = Committee([inner, MLP(4, 3, activation=nn.GELU)])
    again, x = load_model(saved(model)), ag.rand(5, 4)
    assert repr(again) == repr(model)
    assert (again(x) == model(x)).all()


def test_a_class_of_a_user():
    core = Committee([MLP(2, 3)])
    model = Mine(core, 4, 5, kind=nn.ELU, names=["a", ("b", None)], more={"c": [1.5]}, other=True)
    file = saved(model)
    again = load_model(file, classes={"Mine": Mine})
    assert again.sizes == (4, 5) and again.names == ["a", ("b", None)]
    assert again.more == {"more": {"c": [1.5]}, "other": True} and type(again.kind) is nn.ELU
    x = ag.rand(3, 2)
    assert (again(x) == model(x)).all()
    file.seek(0)
    with pytest.raises(DataError, match=r"holds a Mine.*load_model\(path, classes=\{'Mine': Mine"):
        load_model(file)


def test_a_module_with_a_config_of_its_own():
    model = Plain(3)
    again = load_model(saved(model), {"Plain": Plain})
    assert (again.map.weight == model.map.weight).all()


def test_a_class_of_a_user_is_not_taken_for_one_of_the_package():
    class LeNet(models.Model):
        def __init__(self):
            super().__init__()
            self.map = nn.Linear(2, 1)

    file = saved(LeNet())
    with pytest.raises(DataError, match="classes="):
        load_model(file)
    file.seek(0)
    assert type(load_model(file, {"LeNet": LeNet})) is LeNet


def test_the_random_stream_stays_where_it_is():
    ag.manual_seed(3)
    model, before = MLP(3, 2), ag.get_rng_state()
    load_model(saved(model))
    assert (ag.get_rng_state() == before).all()


def changed(change):
    model = MLP(4, 3, 2, dropout=0.1)
    change(model)
    return model


def activation_exchanged(model):
    model[1] = nn.Tanh()


def dropout_changed(model):
    model[2].p = 0.5


CHANGES = {
    "a layer more": (lambda m: m.append(nn.Linear(2, 2)), r"at 4 it has Linear\(.*make nothing"),
    "another activation": (activation_exchanged, r"at 1 it has Tanh\(\), where .* make ReLU"),
    "another probability": (dropout_changed, r"p=0\.5.*p=0\.1"),
    "a layer less": (lambda m: m.pop(2), "changed after it was made"),
    "a part of no layer": (
        lambda m: m.add_module("x", nn.Identity()),
        r"at x it has Identity\(\), where .* nothing\.",
    ),
    "normalised": (lambda m: nn.utils.parametrizations.weight_norm(m[0]), "changed after"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_no_file_would_bring_back_is_not_written(name, tmp_path):
    change, told = CHANGES[name]
    path = tmp_path / "net.model"
    path.write_bytes(b"before")
    with pytest.raises(AutogradError, match=told) as caught:
        save_model(changed(change), path)
    assert "ag.save(model.state_dict(), path)" in str(caught.value)
    assert path.read_bytes() == b"before" and len(list(tmp_path.iterdir())) == 1


def test_what_cannot_be_told_is_not_written():
    with pytest.raises(AutogradError, match=r"Sequential does not know.*models\.Model.*ag\.save"):
        save_model(nn.Sequential(nn.Linear(2, 1)), io.BytesIO())
    with pytest.raises(AutogradError, match="Linear does not know"):
        save_model(Committee([nn.Linear(2, 1)]), io.BytesIO())
    with pytest.raises(AutogradError, match=r"argument activation of MLP is <function"):
        save_model(MLP(2, 3, 1, activation=lambda: nn.ReLU()), io.BytesIO())
    with pytest.raises(AutogradError, match=r"argument names of Mine, at 1, is tensor"):
        save_model(Mine(MLP(2, 3), names=[1, ag.ones(1)]), io.BytesIO())

    class Wrong(nn.Module):
        def __init__(self):
            super().__init__()
            self.config = {"width": 3}

    with pytest.raises(AutogradError, match="Wrong cannot be made of its arguments again"):
        save_model(Wrong(), io.BytesIO())


def rewritten(model, change):
    """The file of a model, with its content changed."""
    content = ag.load(saved(model))
    change(content)
    file = io.BytesIO()
    ag.save(content, file)
    file.seek(0)
    return file


def arguments(**changes):
    return lambda content: content["architecture"]["arguments"].update(changes)


def whole(**changes):
    return lambda content: content.update(changes)


def architecture(**changes):
    return lambda content: content["architecture"].update(changes)


def deep(content):
    for _ in range(90):
        content["architecture"] = {"model": "Committee",
                                   "arguments": {"members": [content["architecture"]]}}  # fmt: skip


HOSTILE = {
    "no architecture": (lambda c: c.pop("architecture"), "makes no model"),
    "no state": (lambda c: c.pop("state"), "makes no model"),
    "another format": (whole(format="x"), "holds no architecture"),
    "an architecture of text": (whole(architecture="MLP"), "not one that save_model writes"),
    "a state of numbers": (whole(state=[1, 2]), "makes no model"),
    "a state of text": (whole(state={"0.weight": "x"}), "makes no model"),
    "a state of another net": (whole(state={"x": ag.ones(1)}), "does not fit MLP"),
    "a class of nowhere": (architecture(model="os.system"), "which this version .* has not"),
    "a module in place of a model": (architecture(model="Linear"), "has not"),
    "a class that is none": (architecture(model=["MLP"]), "makes no model"),
    "arguments of text": (architecture(arguments="4"), "makes no model"),
    "an argument more": (arguments(depth=3), "takes no argument depth"),
    "negative widths": (arguments(widths=(4, -3, 2)), "makes no model"),
    "widths of text": (arguments(widths=("4", "3")), "makes no model"),
    "widths of one number": (arguments(widths=4), "makes no model"),
    "a function for an activation": (arguments(activation={"nn": "functional"}), "no class"),
    "an activation of nowhere": (arguments(activation={"nn": "system"}), "makes no model"),
    "an activation of text": (arguments(activation="ReLU"), "makes no model"),
    "a mark of two": (arguments(activation={"nn": "ReLU", "dict": {}}), "not one that"),
    "a tower of committees": (deep, "makes no model"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_with_anything_else_is_refused(name):
    change, told = HOSTILE[name]
    with pytest.raises(DataError, match=told):
        load_model(rewritten(MLP(4, 3, 2), change))


LARGE = {
    "wide": (MLP(4, 3, 2), arguments(widths=(40_000, 40_000, 40_000))),
    "wider than any memory": (MLP(4, 3, 2), arguments(widths=(10**12, 10**12))),
    "deep": (models.resnet8(width=1), arguments(blocks=10**9)),
    "deep and empty": (models.GPT(2, 2, 1, 1, 1), arguments(n_layer=10**9, n_embd=0)),
    "long": (models.GPT(2, 2, 1, 1, 1), arguments(block_size=10**9)),
    "layered": (models.CharRNN("a", embedding_dim=1, hidden_size=1), arguments(num_layers=10**9)),
    "large": (NETS["LeNet"](), arguments(size=10**6)),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_small_file_makes_no_large_model(name):
    file = rewritten(*LARGE[name])
    start = time.process_time()
    with pytest.raises(DataError, match=r"more numbers than it could hold|makes no model"):
        load_model(file)
    assert time.process_time() - start < 3  # to draw as many numbers as it asks for takes longer


def test_no_part_of_a_file_is_a_model(tmp_path):
    data = saved(MLP(4, 3, 2)).getvalue()
    for end in range(0, len(data), 101):
        with pytest.raises(DataError):
            load_model(io.BytesIO(data[:end]))
    with pytest.raises(FileNotFoundError):
        load_model(tmp_path / "none.model")


def test_a_changed_number_is_noticed():
    model = MLP(4, 3, 2)
    data = bytearray(saved(model).getvalue())
    at = data.index(model[0].weight.detach().numpy().tobytes())
    data[at] ^= 1
    with pytest.raises(DataError, match="damaged"):
        load_model(io.BytesIO(bytes(data)))


def test_other_files_are_told_apart(tmp_path):
    path = tmp_path / "net.npz"
    ag.save(MLP(2, 1).state_dict(), path)
    with pytest.raises(DataError, match=r"net\.npz.*holds no architecture.*load_state_dict"):
        load_model(path)
    ag.save_torch(MLP(2, 1).state_dict(), path)
    with pytest.raises(DataError, match="holds no architecture"):
        load_model(path)
    path.write_bytes(pickle.dumps(MLP(2, 1)))
    with pytest.raises(DataError):
        load_model(path)
    path.write_text("hello")
    with pytest.raises(DataError):
        load_model(path)
    ag.save([1, 2], path)
    with pytest.raises(DataError, match="holds no architecture"):
        load_model(path)


def test_the_file_is_text_and_arrays():
    with zipfile.ZipFile(saved(MLP(4, 3))) as archive:
        assert json.loads(archive.read("structure.json"))
        assert sorted(archive.namelist()) == ["0.npy", "1.npy", "structure.json"]
    assert struct.pack("<H", 0x8004) not in saved(MLP(4, 3)).getvalue()  # how a pickle starts


@pytest.mark.parametrize("make", [lambda: MLP(3, 2, 1), lambda: Mine(3)])
def test_frozen_parameters_stay_frozen(make):
    model = make()
    names = [name for name, _ in model.named_parameters()]
    dict(model.named_parameters())[names[0]].requires_grad_(False)
    again = load_model(saved(model), classes={"Mine": Mine})
    assert [p.requires_grad for p in again.parameters()] == [False, *[True] * (len(names) - 1)]


def test_files_that_tell_of_no_frozen_parameters_are_read():
    again = load_model(rewritten(MLP(3, 1), lambda content: content.pop("frozen")))
    assert all(p.requires_grad for p in again.parameters())
    for other in (["5.weight"], 3, [[1]]):
        with pytest.raises(DataError):
            load_model(rewritten(MLP(3, 1), whole(frozen=other)))


def test_what_is_no_path_no_module_and_no_dictionary(tmp_path):
    with pytest.raises(TypeError, match="PathLike object, not int"):
        load_model(3)
    with pytest.raises(TypeError, match="takes a Module and a path, not int"):
        save_model(3, tmp_path / "net.model")
    with pytest.raises(TypeError, match=r"classes=\{'Line': Line\}\), not a list"):
        load_model(saved(MLP(2, 1)), classes=[Mine])
