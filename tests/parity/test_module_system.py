"""Modules, containers and states: the same programs, in PyTorch and here, tell the same."""

from __future__ import annotations

import copy
import operator

import pytest

import autograd_fr as ag
from tests.parity.told import assert_same, failing, filled, leaf

torch = pytest.importorskip("torch")


def walks(lib, log):
    inner = lib.nn.Linear(1, 1)
    net = lib.nn.Sequential(inner, lib.nn.Sequential(inner, lib.nn.ReLU()), inner)
    net.register_buffer("b", lib.zeros(1))
    net[1].register_buffer("c", net.b, persistent=False)
    for remove in (True, False):
        log([n for n, _ in net.named_modules(remove_duplicate=remove)])
        log([n for n, _ in net.named_parameters(remove_duplicate=remove)])
        log([n for n, _ in net.named_buffers(prefix="p", remove_duplicate=remove)])
    log([n for n, _ in net.named_modules({inner}, "x")])
    log([n for n, _ in net.named_children()], len(list(net.children())))
    log([n for n, _ in net.named_parameters("p", recurse=False)])
    log(list(net.state_dict()), net.state_dict()._metadata)
    log(list(net.state_dict(prefix="q.")))
    seen = []
    net.apply(lambda m: seen.append(type(m).__name__))
    log(seen)


def modes(lib, log):
    class Frozen(lib.nn.Module):
        def train(self, mode=True):
            log("asked", mode)
            return super().train(False)

    net = lib.nn.Sequential(lib.nn.ReLU(), Frozen())
    net.train()
    log([m.training for m in net.modules()])
    net.eval()
    failing(log, lambda: net.train(1), ValueError)


def attributes(lib, log):
    nn = lib.nn
    net = nn.Module()
    net.plain = 1
    parts = {
        "p": nn.Parameter(lib.ones(1)), "m": nn.ReLU(), "plain": nn.ReLU(),
        "b": nn.Buffer(lib.ones(1)), "t": nn.Buffer(persistent=False),
    }  # fmt: skip
    for name, value in parts.items():
        setattr(net, name, value)
    log(list(net._parameters), list(net._modules), list(net._buffers), "plain" in vars(net))
    log(net._non_persistent_buffers_set, list(net.state_dict()))
    net.b = None
    failing(log, lambda: setattr(net, "b", 3), TypeError)
    failing(log, lambda: setattr(net, "p", nn.ReLU()), TypeError)
    failing(log, lambda: setattr(net, "p", lib.ones(1)), TypeError)
    failing(log, lambda: setattr(net, "m", nn.Parameter(lib.ones(1))), TypeError)
    log(list(net._parameters), list(net._modules))
    failing(log, lambda: net.register_parameter("q", lib.ones(1)), TypeError)
    failing(log, lambda: net.register_parameter("q", 2 * net.p), TypeError, ValueError)
    failing(log, lambda: net.register_parameter("b.c", None), KeyError)
    failing(log, lambda: net.register_buffer("train", lib.ones(1)), KeyError)
    failing(log, lambda: net.register_buffer("x", [1]), TypeError)
    failing(log, lambda: net.register_module("x", 1), TypeError)
    del net.t, net.p
    log(net._non_persistent_buffers_set, list(net._parameters), "m" in dir(net))
    failing(log, lambda: net.t, AttributeError)


def before_super(lib, log):
    class Late(lib.nn.Module):
        def __init__(self, part=None):
            self.size = 3
            if part is not None:
                self.part = part
            super().__init__()

    log(Late().size)
    failing(log, lambda: Late(lib.nn.ReLU()), AttributeError)
    failing(log, lambda: Late(lib.nn.Parameter(lib.ones(1))), AttributeError)


def paths(lib, log):
    net = lib.nn.Sequential(lib.nn.Sequential(lib.nn.Linear(1, 1), lib.nn.ReLU()))
    net[0].register_buffer("b", lib.ones(1))
    log(repr(net.get_submodule("0.1")), net.get_parameter("0.0.bias").shape, net.get_buffer("0.b"))
    failing(log, lambda: net.get_submodule("0.7"), AttributeError)
    failing(log, lambda: net.get_submodule("0.0.bias"), AttributeError)
    failing(log, lambda: net.get_parameter("0.b"), AttributeError)
    failing(log, lambda: net.get_buffer("0.0.bias"), AttributeError)
    net.set_submodule("0.1", lib.nn.Tanh())
    net.set_submodule("0.extra", lib.nn.Tanh())
    failing(log, lambda: net.set_submodule("0.more", lib.nn.Tanh(), strict=True), AttributeError)
    failing(log, lambda: net.set_submodule("", lib.nn.Tanh()), ValueError)
    failing(log, lambda: net.set_submodule("0", 1), ValueError)
    failing(log, lambda: net.set_submodule("0.0.bias", lib.nn.Tanh()), AttributeError)
    log(repr(net))


def conversions(lib, log):
    net = lib.nn.Linear(2, 1)
    net.register_buffer("n", lib.tensor([3]))
    net.register_buffer("x", lib.tensor([1.5]))
    kinds = lambda: [str(t.dtype).removeprefix("torch.") for t in net.state_dict().values()]  # noqa: E731
    net(lib.ones(1, 2)).sum().backward()
    log(kinds())
    net.double()
    log(kinds(), str(net.weight.grad.dtype).removeprefix("torch."))
    net.to(lib.float16), log(kinds())
    net.to(lib.zeros(1, dtype=lib.float32)), log(kinds())
    failing(log, lambda: net.to(lib.int64), TypeError)
    failing(log, lambda: lib.nn.ReLU().to(lib.int64), TypeError)
    log(net.to_empty(device="cpu").weight.shape)
    net.requires_grad_(False), log([p.requires_grad for p in net.parameters()])
    log(kinds(), net.type(lib.float64) is net, kinds(), net.compile())


def texts(lib, log):
    nn = lib.nn

    class Named(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.none = nn.ReLU(), nn.ModuleList([nn.ReLU(), nn.ReLU()]), nn.Tanh()
            self.none = None

        def extra_repr(self):
            return "first=1\nsecond=2"

        def _get_name(self):
            return "Other"

    for module in (
        Named(), nn.ModuleList(), nn.Sequential(), nn.ModuleDict(), nn.ParameterList(),
        nn.ModuleList([nn.ModuleList([Named(), Named()]), Named()]), nn.Identity(), nn.Module(),
        nn.ParameterList([lib.ones(2, 3), 1, nn.ParameterList([lib.ones(())])]),
        nn.ParameterDict({"b": lib.ones(2, 3), "a": "x", "c": lib.ones(1, dtype=lib.float64)}),
        nn.ModuleDict({"b": nn.ReLU(), "a": nn.Sequential(nn.ReLU())}), nn.LazyLinear(3),
    ):  # fmt: skip
        log(repr(module))


# Containers


def chains(lib, log):
    nn = lib.nn
    net = nn.Sequential(nn.ReLU(), nn.Tanh(), nn.Sigmoid())
    log(repr(net[-1]), repr(net[::2]), repr(net[1:]), len(net), [repr(m) for m in net])
    net[-2] = nn.Identity()
    log(repr(net.append(nn.Tanh()).extend([nn.ReLU()])))
    del net[0]
    log(
        repr(net),
        repr(net.pop(-1)),
        repr(net.insert(1, nn.Tanh())),
        repr(net.insert(-1, nn.ReLU())),
    )
    del net[1:3]
    log(repr(net), repr(net + nn.Sequential(nn.Tanh())), repr(net * 2), repr(2 * net))
    net += nn.Sequential(nn.ReLU())
    net *= 2
    log(repr(net), list(net.state_dict()), [d for d in dir(net) if d.isdigit()])
    for index in (9, -9):
        failing(log, lambda index=index: net[index], IndexError)
        failing(log, lambda index=index: net.insert(index, nn.ReLU()), IndexError)
    failing(log, lambda: operator.add(net, [nn.ReLU()]), ValueError)
    failing(log, lambda: net * 0, ValueError)
    failing(log, lambda: net * 1.5, TypeError)
    shared = filled(nn.Sequential(nn.Linear(2, 2)), lib) * 3
    log(len(list(shared.parameters())), list(shared.state_dict()), shared(leaf(lib, 1, 2)))


def lists_of_modules(lib, log):
    nn = lib.nn
    some = nn.ModuleList([nn.ReLU(), nn.Tanh()])
    some.insert(1, nn.Sigmoid())
    some += [nn.ReLU()]
    log(
        repr(some),
        repr(some[1:]),
        repr(operator.add(some, [nn.Tanh()])),
        repr(some.pop(0)),
        repr(some),
    )
    some[0] = nn.Linear(1, 1)
    del some[-1]
    log(repr(some.append(nn.ReLU()).extend(nn.ModuleList([nn.Tanh()]))), list(some.state_dict()))
    failing(log, lambda: some[7], IndexError)
    failing(log, lambda: some.extend(nn.ReLU()), TypeError)
    failing(log, lambda: some.append(1), TypeError)
    failing(log, lambda: some(1), NotImplementedError)


def dicts_of_modules(lib, log):
    nn = lib.nn
    some = nn.ModuleDict([["b", nn.ReLU()], ("a", nn.Tanh())])
    some.update({"c": nn.Sigmoid()})
    some.update(nn.ModuleDict({"d": nn.ReLU()}))
    log(list(some), list(some.keys()), [repr(m) for m in some.values()], "a" in some, len(some))
    log(repr(some.pop("a")), list(some), [k for k, _ in some.items()])
    some["b"] = nn.Linear(1, 1)
    del some["c"]
    log(repr(some), list(some.state_dict()))
    failing(log, lambda: some["nowhere"], KeyError)
    failing(log, lambda: some.update(3), TypeError)
    failing(log, lambda: some.update([1]), TypeError)
    failing(log, lambda: some.update([("a",)]), ValueError)
    failing(log, lambda: some.update({"keys": nn.ReLU()}), KeyError)
    some.clear()
    log(len(some))


def parameters_in_containers(lib, log):
    nn = lib.nn
    some = nn.ParameterList([lib.ones(2), nn.Parameter(lib.zeros(1))])
    some.append(lib.ones(1, 1)).extend([lib.zeros(2)])
    some[0] = 2 * lib.ones(1)
    some += (lib.ones(1),)
    log(list(some), some[-1], some[1:3][0], len(some), [n for n, _ in some.named_parameters()])
    log(isinstance(some[0], nn.Parameter), list(some.state_dict()))
    failing(log, lambda: some[9], IndexError)
    failing(log, lambda: some.extend(lib.ones(2)), TypeError)
    failing(log, lambda: some(1), RuntimeError)
    named = nn.ParameterDict({"b": lib.ones(1), "a": lib.zeros(2)})
    log(list(named), named["a"], named.get("c"), named.get("b"), named.setdefault("d", lib.ones(1)))
    log(dict((named | nn.ParameterDict({"e": lib.ones(1)})).items()), list(reversed(named)))
    named |= nn.ParameterDict({"f": lib.ones(3)})
    log(named.popitem(), named.pop("b"), list(named.copy()), list(named.fromkeys(["x"], 1)))
    log([n for n, _ in named.named_parameters()], list(named.values()), "a" in named, len(named))
    del named["a"]
    failing(log, lambda: named["a"], KeyError, AttributeError)
    named.clear()
    log(len(named), list(named.parameters()))


# States


def states(lib, log):
    class Net(lib.nn.Module):
        _version = 3

        def __init__(self):
            super().__init__()
            self.a = filled(lib.nn.Linear(2, 1), lib)
            self.register_buffer("b", lib.tensor(1.0))
            self.extra = "as it was"

        def get_extra_state(self):
            return {"extra": self.extra}

        def set_extra_state(self, state):
            self.extra = state["extra"]

        def _load_from_state_dict(self, state_dict, prefix, local_metadata, strict, *lists):
            log(prefix, local_metadata, strict, len(lists))
            super()._load_from_state_dict(state_dict, prefix, local_metadata, strict, *lists)

    net, other = lib.nn.Sequential(Net()), lib.nn.Sequential(Net())
    net[0].extra, net[0].b.data = "other", lib.tensor(5.0)
    hook = net[0].register_state_dict_post_hook(lambda m, state, prefix, told: log(prefix, told))
    net[0].register_state_dict_pre_hook(lambda m, prefix, keep: log("before", prefix, keep))
    state = net.state_dict()
    hook.remove()
    log(dict(state), state._metadata)
    other[0].register_load_state_dict_pre_hook(lambda m, state, prefix, *_: log(len(state), prefix))
    other[0].register_load_state_dict_post_hook(lambda m, keys: log(keys.missing_keys))
    log(str(other.load_state_dict(state)), other[0].extra, other[0].b)
    log(net.state_dict(keep_vars=True)["0.a.weight"] is net[0].a.weight)
    state.pop("0.a.bias"), state.update(new=lib.ones(1))
    answer = other.load_state_dict(state, strict=False)
    log(tuple(answer), str(answer))
    failing(log, lambda: other.load_state_dict(state), RuntimeError)
    failing(log, lambda: other.load_state_dict([1]), TypeError)


def other_dtypes_and_shapes(lib, log):
    net = lib.nn.Linear(2, 1)
    net.register_buffer("n", lib.tensor(0))
    state = {
        "weight": lib.ones(1, 2, dtype=lib.float64),
        "bias": lib.tensor([3]),
        "n": lib.tensor([2.9]),
    }
    log(str(net.load_state_dict(state)), dict(net.state_dict()))
    log([str(t.dtype).removeprefix("torch.") for t in net.state_dict().values()])
    failing(log, lambda: net.load_state_dict({**state, "weight": lib.ones(2, 1)}), RuntimeError)
    failing(log, lambda: net.load_state_dict({**state, "weight": "text"}), RuntimeError)
    failing(
        log, lambda: net.load_state_dict({**state, "bias": lib.ones(2)}, strict=False), RuntimeError
    )


def assigned(lib, log):
    net, before = lib.nn.Linear(2, 1).requires_grad_(False), lib.ones(1, 2, dtype=lib.float64)
    weight = lib.nn.Parameter(before)
    log(str(net.load_state_dict({"weight": weight, "bias": before[0, :1]}, assign=True)))
    log(net.weight is weight, isinstance(net.bias, lib.nn.Parameter), net.weight.requires_grad)
    log(str(net.bias.dtype).removeprefix("torch."))


def copies(lib, log):
    net = filled(lib.nn.Sequential(lib.nn.Linear(2, 2), lib.nn.Tanh()), lib)
    net.append(net[0])
    net(leaf(lib, 1, 2)).sum().backward()
    net[0].bias.requires_grad_(False)
    twin = copy.deepcopy(net)
    log(twin[0] is twin[2], [p.grad for p in twin.parameters()], twin[0].bias.requires_grad)
    log(twin(leaf(lib, 1, 2)), isinstance(twin[0].weight, lib.nn.Parameter))
    shallow = copy.copy(net)
    log(shallow[0] is net[0], shallow._modules is net._modules)
    log(lib.nn.Parameter().shape, lib.nn.Parameter(None, False).requires_grad)


def lazy_layers(lib, log):
    for kind in ("Conv", "ConvTranspose", "BatchNorm", "InstanceNorm"):
        for n in (1, 2, 3):
            options = (4, 2) if "Conv" in kind else ()
            layer = getattr(lib.nn, f"Lazy{kind}{n}d")(*options, dtype=lib.float64)
            log(repr(layer), list(layer.state_dict()), layer.has_uninitialized_params())
            x = leaf(lib, 2, 3, *[3] * n)
            layer(x)
            filled(layer, lib)
            log(repr(layer), layer(x), [tuple(p.shape) for p in layer.state_dict().values()])
            if kind == "InstanceNorm":  # whose num_features PyTorch does not take from a state
                continue
            twin = getattr(lib.nn, f"Lazy{kind}{n}d")(*options, dtype=lib.float64)
            twin.load_state_dict(layer.state_dict())
            log(twin.eval()(x), repr(twin).count("Lazy"))


PROGRAMS = [
    walks, modes, attributes, before_super, paths, conversions, texts,
    chains, lists_of_modules, dicts_of_modules, parameters_in_containers,
    states, other_dtypes_and_shapes, assigned, copies, lazy_layers,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_same_is_told(program):
    assert_same(program, ag, torch)
