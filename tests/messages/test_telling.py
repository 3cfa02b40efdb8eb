"""What holds for all messages: right names, nothing kept alive, and never in the way."""

from __future__ import annotations

import contextlib
import gc
import subprocess
import sys
import time
import traceback
import weakref

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.messages import telling
from autograd_fr.messages.suggestions import ELSEWHERE
from tests.messages.programs import failing, said


def test_a_name_is_that_of_the_operand_itself():
    twin = ag.zeros(3)
    x = twin.clone()
    with pytest.raises(ValueError, match="along axis") as caught:
        (twin * 1) + ag.zeros(4)
    assert "`twin * 1` has length 3, `ag.zeros(4)` 4" in str(caught.value)
    del x


def test_the_left_and_the_right_of_an_operator_keep_their_names():
    program = "import numpy as np\nx = ag.zeros(3)\n"
    for line in ("np.ones(4) + x", "x + np.ones(4)", "x.__radd__(np.ones(4))", "x < ag.ones(4)"):
        text = said(failing(program + line))
        assert "`x` has length 3" in text or "`x` 3" in text, text
        assert "ones(4)`" in text, text


def test_of_two_names_the_one_in_the_line_is_told():
    assert "`second`" in said(failing("first = second = ag.zeros(3)\nsecond + ag.zeros(4)"))


def test_none_is_not_just_any_variable_that_is_none():
    text = said(failing("other = None\nx = ag.zeros(2)\nx + None"))
    assert "`other`" not in text


def test_entries_and_attributes_have_names():
    assert "`ws[1]`" in said(failing("ws = [ag.zeros(2), ag.zeros(3)]\nws[1] + ag.zeros(4)"))
    assert "`d['k']`" in said(failing("d = {'k': ag.zeros(3)}\nd['k'] + ag.zeros(4)"))


ASSIGNMENTS = {
    "x = ag.zeros(2)\nx = ag.zeros(3)\nx + y": 2,
    "x = ag.zeros(3)\nx + y\nx = ag.zeros(4)": 1,
    "x = ag.zeros(3)\nif y is None:\n    x = ag.zeros(4)\nx + y": None,
    "if y is None:\n    x = ag.zeros(4)\nelse:\n    x = ag.zeros(3)\nx + y": None,
    "x = ag.zeros(4)\nfor _ in 'ab':\n    x + y\n    x = ag.zeros(3)": None,
    "for x in [ag.zeros(3)]:\n    x + y\n    x = ag.zeros(4)": 1,
    "try:\n    x = ag.zeros(3)\n    1 / 0\n    x = ag.zeros(4)\nexcept OSError:\n    pass": None,
    "x = ag.zeros(4)\ndef change():\n    global x\n    x = ag.zeros(3)\nchange()\nx + y": None,
}  # fmt: skip


@pytest.mark.parametrize("source", ASSIGNMENTS)
def test_an_assignment_is_told_where_it_is_sure(source):
    text, line = said(failing("y = ag.zeros(4)\n" + source)), ASSIGNMENTS[source]
    assert ("x was assigned" in text) == (line is not None), text
    assert line is None or f":{line + 1}: `" in text.split("x was assigned")[1], text


def test_a_long_list_costs_one_look_and_shows_what_does_not_fit():
    many = [ag.zeros(2) for _ in range(20_000)]
    start = time.perf_counter()
    for join in (ag.cat, ag.stack):
        with pytest.raises(ag.errors.ShapeError) as caught:
            join([*many, ag.zeros(3, 3)])
        assert len(said(caught.value).splitlines()) < 10
    assert time.perf_counter() - start < 5


def test_a_long_function_costs_little():
    lines = "".join(f"    q{i} = x\n" for i in range(20_000))
    program = f"def f(x):\n{lines}    return x @ x\nf(ag.zeros(2, 3))"
    failing(program)
    start = time.perf_counter()
    assert "`x` has 3 columns" in said(failing(program))
    assert time.perf_counter() - start < 2


def test_the_innermost_module_is_told_once():
    error = failing("net = nn.Sequential(nn.Sequential(nn.Linear(2, 3)))\nnet(ag.zeros(1, 4))")
    places = [note for note in error.__notes__ if note.strip().startswith("in ")]
    assert places == [
        "  in net.0.0: Linear(2, 3), inside net.0: Sequential, inside net: Sequential"
    ]


def test_an_explanation_that_fails_leaves_the_error_as_it_is(monkeypatch):
    monkeypatch.setattr(telling, "calling_frame", lambda: 1 / 0)
    with pytest.raises(
        ag.errors.ShapeError, match=r"add of \(2,\) float32 and \(3,\) float32"
    ) as e:
        ag.zeros(2) + ag.zeros(3)
    assert e.value.__cause__ is None
    monkeypatch.setattr(telling, "whereabouts", lambda calls: 1 / 0)
    with pytest.raises(ag.errors.ShapeError, match="features"):
        nn.Linear(2, 3)(ag.zeros(4))


def test_code_without_source_is_told_too():
    with pytest.raises(ag.errors.ShapeError, match="along axis") as caught:
        eval("x + y", {"x": ag.zeros(2), "y": ag.zeros(3)})
    assert "`x` has length 2, `y` 3" in str(caught.value)


def test_errors_keep_nothing_alive_and_make_no_circles():
    x = ag.zeros(3)
    link = weakref.ref(x)
    gc.disable()
    try:
        for call in (
            lambda t: t + ag.zeros(4),
            lambda t: t.reshape(2),
            lambda t: nn.Linear(5, 2)(t),
            lambda t: t @ None,
            lambda t: t.backward(),
            lambda t: t.sum(7),
        ):
            with contextlib.suppress(Exception):
                call(x)
        del x
        assert link() is None
    finally:
        gc.enable()


FAILING = {
    "broadcasting": lambda x: x + ag.zeros(4),
    "a check of an operation": lambda x: x @ ag.zeros(4, 2),
    "a check of a composition": lambda x: ag.mm(x, x),
    "of bools": lambda x: (x > 0) - (x > 0),
    "in place": lambda x: x.add_(ag.zeros(4)),
    "None": lambda x: x @ None,
    "text": lambda x: x + "a",
    "rows": lambda x: ag.tensor([[1, 2], [3]]),
}


@pytest.mark.parametrize("call", FAILING.values(), ids=FAILING)
def test_one_error_is_shown_and_kept_without_its_frames_it_keeps_nothing(call):
    x = ag.zeros(3)
    link = weakref.ref(x)
    with pytest.raises(ag.errors.AutogradError) as caught:
        call(x)
    error = caught.value
    assert "Traceback" not in "".join(traceback.format_exception(error)).partition("Traceback")[2]
    kept = error.with_traceback(None)
    del x, caught, error
    gc.collect()
    assert link() is None, kept


def test_an_error_from_the_code_of_a_user_stays_the_cause():
    def forward(a):
        raise ValueError("of one's own")

    odd = ag.autograd.op.differentiable(a=lambda g: g, latex="", samples=[])(forward)
    with pytest.raises(ag.errors.ShapeError) as caught:
        odd(ag.zeros(2))
    assert caught.value.__cause__.__traceback__ is not None


def test_a_variable_given_up_after_an_error_is_gone():
    x = ag.zeros(3)
    link = weakref.ref(x)
    with contextlib.suppress(ValueError):
        x + ag.zeros(4)
    del x
    assert link() is None


def test_local_variables_are_left_alone():
    def inner():
        x, keep = ag.zeros(3), [1]
        try:
            x + ag.zeros(4)
        except ValueError:
            keep.append(2)
        return keep, x.shape

    assert inner() == ([1, 2], (3,))


def test_comparison_with_anything_costs_no_explanation(monkeypatch):
    monkeypatch.setattr(telling, "tell", lambda *args: pytest.fail("explained"))
    assert (ag.zeros(2) == "a") is False
    assert ag.zeros(2) != None  # noqa: E711


def test_python_itself_suggests_the_attributes_of_tensors():
    code = "import autograd_fr as ag; ag.zeros(1).tranpose"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "Did you mean: 'transpose'?" in run.stderr


def test_words_from_elsewhere_are_no_attributes():
    x = ag.zeros(1)
    assert not hasattr(x, "expand_dims")
    assert "expand_dims" not in dir(x)


def test_words_from_elsewhere_are_not_here_and_what_they_mean_is():
    spaces = [ag, ag.Tensor, nn, ag.linalg]
    keywords = {"dim", "lr", "bias", "in_features", "out_features", "shape", "input"}
    for word, own in ELSEWHERE.items():
        # `to_numpy` makes a program of a graph; of a tensor, others make an array with it.
        assert word == "to_numpy" or not any(hasattr(space, word) for space in (ag, nn)), word
        assert own in keywords or any(hasattr(space, own) for space in spaces), own


def test_nothing_is_imported_before_something_fails():
    code = (
        "import sys, autograd_fr as ag; (ag.zeros(2) + 1).sum()\n"
        "print([m for m in sys.modules if m.startswith('autograd_fr.messages')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "['autograd_fr.messages', 'autograd_fr.messages.suggestions']"


def test_numpy_arrays_have_names_too():
    array = np.zeros(4, np.float32)
    with pytest.raises(ag.errors.ShapeError) as caught:
        ag.zeros(3) + array
    assert "`array` 4" in str(caught.value)


@pytest.mark.parametrize(
    "program",
    [
        "nn.Embedding(3, 2)(ag.tensor([1.0]))",
        "nn.BatchNorm2d(2, affine=False)(ag.ones(1, 2, 4, 4).long())",
        "nn.LayerNorm(4, bias=False)(ag.zeros(2, 4).double())",
    ],
)
def test_what_may_be_left_out_is_not_the_fault(program):
    assert "is None" not in said(failing(program))
