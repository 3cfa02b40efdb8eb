"""no_grad, enable_grad, set_grad_enabled: blocks, decorators, nesting, exceptions."""

from __future__ import annotations

import contextvars

import pytest

import autograd_fr as ag

X = ag.tensor(2.0, requires_grad=True)
SWITCHES = pytest.mark.parametrize("off", [ag.no_grad, lambda: ag.set_grad_enabled(False)])


def recorded() -> bool:
    result = (X * X).requires_grad
    assert result == ag.is_grad_enabled()
    return result


@pytest.fixture(autouse=True)
def recording_before_and_after():
    assert ag.is_grad_enabled()
    yield
    assert ag.is_grad_enabled()


@SWITCHES
def test_a_block_records_nothing(off):
    with off():
        y = X * X
        assert not recorded()
    assert y.is_leaf
    assert y.grad_fn is None
    assert recorded()


@SWITCHES
def test_leaves_are_created_as_asked_inside(off):
    with off():
        x = ag.tensor(1.0, requires_grad=True)
    assert x.requires_grad
    assert (x * x).requires_grad


@SWITCHES
def test_an_exception_gives_the_mode_back(off):
    with pytest.raises(KeyError), off():
        raise KeyError
    assert recorded()


@SWITCHES
def test_blocks_nest(off):
    with off():
        with ag.enable_grad():
            assert recorded()
            with off():
                assert not recorded()
            assert recorded()
        assert not recorded()


def test_one_object_serves_several_blocks_nested_in_each_other():
    mode = ag.no_grad()
    with mode:
        with ag.enable_grad(), mode:
            assert not recorded()
        assert not recorded()
    assert recorded()


def test_set_grad_enabled_switches_at_once():
    ag.set_grad_enabled(False)
    try:
        assert not recorded()
    finally:
        ag.set_grad_enabled(True)
    assert recorded()


@pytest.mark.parametrize("mode", [True, False])
def test_set_grad_enabled_takes_the_mode(mode):
    with ag.set_grad_enabled(mode):
        assert recorded() == mode


@pytest.mark.parametrize(
    "decorate", [ag.no_grad, lambda f: ag.no_grad()(f), lambda f: ag.set_grad_enabled(False)(f)],
    ids=["bare", "called", "set_grad_enabled"],
)  # fmt: skip
def test_decorated_functions(decorate):
    @decorate
    def f(a, b=2):
        """What it does."""
        return recorded(), a, b

    assert recorded()
    assert f(1, b=3) == (False, 1, 3)
    assert recorded()
    assert (f.__name__, f.__doc__) == ("f", "What it does.")


def test_set_grad_enabled_is_off_only_inside_what_it_decorates():
    @ag.set_grad_enabled(False)
    def f():
        return recorded()

    assert recorded()
    assert not f()


def test_enable_grad_decorates():
    @ag.enable_grad
    def f():
        return recorded()

    with ag.no_grad():
        assert f()
        assert not recorded()


def test_a_decorated_method():
    class Model:
        @ag.no_grad()
        def run(self, x):
            return self, x, recorded()

    model = Model()
    assert model.run(1) == (model, 1, False)


@pytest.mark.parametrize("decorate", [ag.no_grad, ag.no_grad()], ids=["bare", "called"])
def test_recursive_functions(decorate):
    @decorate
    def f(n):
        assert not recorded()
        if n:
            f(n - 1)
        assert not recorded()

    f(5)
    assert recorded()


def test_a_decorated_function_that_raises():
    @ag.no_grad
    def f():
        raise KeyError

    with pytest.raises(KeyError):
        f()
    assert recorded()


def test_a_decorated_generator_is_switched_while_it_runs_only():
    @ag.no_grad
    def f():
        yield recorded()
        yield recorded()

    seen = []
    for inside in f():
        assert recorded()
        seen.append(inside)
    assert seen == [False, False]


def test_a_context_does_not_leak():
    context = contextvars.copy_context()
    context.run(lambda: ag.set_grad_enabled(False))
    assert not context.run(ag.is_grad_enabled)
    assert recorded()


def test_backward_inside_no_grad():
    x = ag.tensor(3.0, requires_grad=True)
    y = x * x
    with ag.no_grad():
        y.backward()
    assert x.grad.item() == 6


def test_a_parameter_is_updated_without_recording():
    w = ag.tensor(3.0, requires_grad=True)
    (w * w).backward()
    with ag.no_grad():
        stepped = w - 0.5 * w.grad
    assert stepped.item() == 0
    assert not stepped.requires_grad


def test_a_decorated_generator_hears_all_that_it_is_sent():
    log = []

    @ag.no_grad()
    def f():
        try:
            got = yield recorded()
            try:
                yield got, recorded()
            except KeyError:
                yield "caught", recorded()
        finally:
            log.append(recorded())

    items = f()
    assert [next(items), items.send(5), items.throw(KeyError)] == [
        False, (5, False), ("caught", False),
    ]  # fmt: skip
    assert recorded()
    items.close()
    assert log == [False]


def test_a_decorated_generator_returns():
    @ag.no_grad
    def f():
        yield 1
        return 2

    def outer():
        return (yield from f())

    items = outer()
    next(items)
    with pytest.raises(StopIteration) as end:
        next(items)
    assert end.value.value == 2


# inference_mode


def test_inference_mode_is_told_from_no_grad():
    with ag.inference_mode():
        assert ag.is_inference_mode_enabled()
        assert not recorded()
        with ag.no_grad():
            assert ag.is_inference_mode_enabled()
    with ag.no_grad():
        assert not ag.is_inference_mode_enabled()
    assert not ag.is_inference_mode_enabled()


def test_inference_mode_can_be_off():
    with ag.inference_mode():
        with ag.inference_mode(mode=False):
            assert recorded()
            assert not ag.is_inference_mode_enabled()
        assert not recorded()


@pytest.mark.parametrize(
    "decorate", [ag.inference_mode, ag.inference_mode(), ag.inference_mode(mode=True)],
    ids=["bare", "called", "with a mode"],
)  # fmt: skip
def test_inference_mode_decorates(decorate):
    @decorate
    def f(a):
        """What it does."""
        return recorded(), ag.is_inference_mode_enabled(), a

    @decorate
    def g():
        yield ag.is_inference_mode_enabled()

    assert f(3) == (False, True, 3)
    assert (f.__name__, f.__doc__) == ("f", "What it does.")
    assert [(inside, ag.is_inference_mode_enabled()) for inside in g()] == [(True, False)]


def test_inference_mode_ends_with_an_exception():
    with pytest.raises(KeyError), ag.inference_mode():
        raise KeyError
    assert not ag.is_inference_mode_enabled()


def test_what_inference_computes_is_a_constant():
    w = ag.tensor([2.0, 3.0], requires_grad=True)
    with ag.inference_mode():
        c = w * 10
    assert (c.requires_grad, c.is_leaf) == (False, True)
    (w * c).sum().backward()
    assert w.grad.tolist() == [20, 30]


def test_writes_of_inference_are_noticed():
    x = ag.tensor([2.0, 3.0], requires_grad=True)
    y = (x * x).sum()
    with ag.inference_mode():
        x.add_(1)
    with pytest.raises(ag.errors.GraphError, match="add_"):
        y.backward()
