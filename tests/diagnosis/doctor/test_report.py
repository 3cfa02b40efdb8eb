"""How the doctor is called, and how its report is shown."""

from __future__ import annotations

import threading
import warnings

import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.diagnosis.doctor import Finding, Report
from autograd_fr.errors import DoctorWarning
from autograd_fr.nn import functional as F

from .loops import blobs, examined, fit, kinds, mlp


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


def sick():
    return nn.Sequential(mlp(), nn.Softmax(1))


def treat(tell, net=None, **limits):
    net = net or sick()
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    with ag.doctor(net, optimizer, tell=tell, **limits) as report:
        fit(net, optimizer, blobs(), 4)
    return report


def test_findings_are_printed_at_the_end(capsys):
    report = treat("print")
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == f"{report}\n"
    lines = str(report).splitlines()
    assert lines[0] == "doctor: 1 finding in 4 steps."
    assert lines[2] == "1. softmax before cross-entropy (error, seen 4 times, first in step 1)"
    assert [line[:9] for line in lines[3:] if line[2] != " "] == [
        "  what   ",
        "  where  ",
        "  fix    ",
    ]
    assert all(len(line) <= 96 for line in lines)


def test_a_healthy_training_prints_nothing(capsys):
    assert str(treat("print", mlp())) == "doctor: nothing found in 4 steps."
    assert capsys.readouterr() == ("", "")


def test_findings_as_warnings_that_point_at_the_block():
    with pytest.warns(DoctorWarning, match="softmax before cross-entropy") as caught:
        treat("warn")
    assert caught[0].filename == __file__


def test_none_tells_nothing(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(treat(None).findings) == 1
    assert capsys.readouterr() == ("", "")


def test_the_report_can_be_read_while_the_loop_runs_and_after_an_error():
    net = sick()
    lengths = []

    def failing():
        with ag.doctor(net, tell="warn") as report:
            F.cross_entropy(net(blobs()[0]), blobs()[1]).backward()
            lengths.append(len(report.findings))
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert lengths == [1]
    assert not net._call_hooks.before


def test_html_escapes_and_orders():
    report = Report()
    report.steps = 3
    report.add("a", Finding("mild", "hint", "x < y", "line 1", "do <this>", 1))
    report.add("b", Finding("grave", "error", "&", "line 2", "do that", 2, 3))
    html = report._repr_html_()
    assert html.index("grave (error)") < html.index("mild (hint)")
    assert "x &lt; y" in html and "do &lt;this&gt;" in html and "<this>" not in html
    assert "seen 3 times, first in step 2" in html and "seen once, first in step 1" in html
    assert [f.kind for f in report.findings] == ["grave", "mild"]
    assert Report()._repr_html_() == "<p>doctor: nothing found in 0 steps.</p>"


@pytest.mark.parametrize(
    ("args", "options", "error", "message"),
    [((1,), {}, TypeError, "a Module, not at a int"),
     ((mlp(), mlp()), {}, TypeError, "an Optimizer, or a list"),
     ((mlp(),), {"tell": "shout"}, ValueError, "'print', 'warn' or None"),
     ((mlp(),), {"windows": 3}, TypeError, "did you mean 'window'")],
)  # fmt: skip
def test_wrong_arguments_are_refused(args, options, error, message):
    with pytest.raises(error, match=message):
        ag.doctor(*args, **options)


def test_a_doctor_is_not_entered_twice():
    doctor = ag.doctor(mlp(), tell=None)
    with doctor, pytest.raises(RuntimeError, match="at work"), doctor:
        pass
    with doctor as report:  # but again, after the end
        pass
    assert report.findings == []


def test_a_limit_can_be_changed():
    net = mlp(widths=(8, 16, 4))
    with ag.no_grad():
        net[0].bias[:4] = -100.0
    run = lambda n, o: fit(n, o, blobs(), 8)  # noqa: E731
    assert kinds(examined(net, run)) == []
    assert kinds(examined(net, run, window=6, dead=0.2)) == ["dead ReLUs"]


def test_the_model_is_called_as_in_the_program():
    classifier = sick()
    with ag.doctor(classifier, tell=None) as report:
        F.cross_entropy(classifier(blobs()[0]), blobs()[1]).backward()
    assert "classifier.1 (Softmax)" in report.findings[0].where


def test_what_other_threads_train_is_no_matter():
    net = sick()

    def elsewhere():
        fit(net, optim.SGD(net.parameters(), lr=0.1), blobs(), 4)

    with ag.doctor(net, tell=None) as report:
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert (report.findings, report.steps) == ([], 0)


def test_another_model_is_no_matter():
    net = mlp()
    with ag.doctor(net, optim.SGD(net.parameters(), lr=0.1), tell=None) as report:
        other = sick()
        F.cross_entropy(other(blobs()[0]), blobs()[1]).backward()
    assert report.findings == []


def test_a_failing_examination_does_not_end_the_training(monkeypatch):
    from autograd_fr.diagnosis.doctor.targets import Targets

    monkeypatch.setattr(Targets, "loss_called", lambda self, call: 1 / 0)
    with pytest.warns(DoctorWarning, match="Targets failed: ZeroDivisionError") as caught:
        assert kinds(treat(None)) == ["softmax before cross-entropy"]
    assert len(caught) == 1


def test_all_that_is_wrong_at_once():
    net = nn.Sequential(nn.Linear(8, 16), nn.Dropout(), nn.ReLU(), nn.Linear(16, 4), nn.Softmax(1))
    net.eval()
    optimizer = optim.SGD(net[:3].parameters(), lr=0.1)
    total, (x, y) = 0.0, blobs()
    with ag.doctor(net, optimizer, tell=None) as report:
        for _ in range(15):
            loss = F.cross_entropy(net(x), y)
            loss.backward()
            optimizer.step()
            total += loss
    assert set(kinds(report)) == {
        "softmax before cross-entropy", "missing zero_grad", "parameter not in the optimizer",
        "graph of an earlier loss kept", "eval mode left on",
    }  # fmt: skip
