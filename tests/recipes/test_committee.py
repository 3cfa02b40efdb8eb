"""The committee, on a few digits enlarged."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.datasets import digits
from autograd_fr.errors import DataError
from autograd_fr.models import load_model
from autograd_fr.recipes import RECIPES, Options, committee
from autograd_fr.recipes.data import Data
from autograd_fr.training import predict

CLASSES = tuple(map(str, range(10)))


@pytest.fixture(scope="module")
def data() -> Data:
    """600 of the digits that come along, three pixels for one, in a frame."""
    images, labels = digits()
    large = np.pad(images[:600].repeat(3, 1).repeat(3, 2), ((0, 0), (2, 2), (2, 2)))[:, None]
    return Data("digits", large[:480], labels[:480], large[480:], labels[480:600], CLASSES)


@pytest.mark.slow
def test_the_members_learn_and_vote(data, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(committee, "MEMBERS", 2)
    outcome = RECIPES["committee"].run(data, tmp_path, Options(epochs=4, batch_size=32))
    said = capsys.readouterr().out
    wrong = int(outcome.scores["errors"])
    assert wrong < 20
    assert f"all together: {wrong} errors of 120" in said
    assert said.count("epoch ") == 8
    left = {path.name for path in tmp_path.iterdir()}
    assert {"model.npz", "history.csv"} <= left <= {"model.npz", "history.csv", "misclassified.png"}
    model = load_model(tmp_path / "model.npz")
    assert (predict(model, data.test_x).argmax(1) != data.test_y).sum() == wrong
    members = [np.exp(predict(member, data.test_x)) for member in model.members]
    assert not np.allclose(*members)  # they began elsewhere
    assert len(outcome.history["loss"]) == 4


def test_a_member_that_was_stopped_goes_on(data, tmp_path, monkeypatch):
    options = Options(epochs=2, batch_size=160, lr=1e-3)
    examples = (data.x, data.y, data.test_x, data.test_y)
    straight, history = committee.learn(examples, 1, tmp_path, options)

    def stop(self, run):
        if run.epoch == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(committee.Lines, "on_epoch_begin", stop)
        with pytest.raises(KeyboardInterrupt):
            committee.learn(examples, 1, tmp_path, options)
    resumed, again = committee.learn(
        examples, 1, tmp_path, Options(epochs=2, batch_size=160, lr=1e-3, resume=True)
    )
    assert (resumed == straight).all()
    assert again["loss"] == history["loss"]


def test_validation_takes_images_of_those_to_train_on(data):
    (x, y), (held_x, held_y) = committee._parts(data, validate=True)
    assert len(y) + len(held_y) == 480
    assert abs(len(held_y) - 80) <= 5
    assert {i.tobytes() for i in (*x, *held_x)} == {i.tobytes() for i in data.x}
    assert committee._parts(data, validate=False)[1][0] is data.test_x


def test_other_images_are_refused(data):
    small = data._replace(x=data.x[..., :20], test_x=data.test_x[..., :20])
    with pytest.raises(DataError, match="28x28"):
        committee.run(small, None, Options())


def test_nets_that_it_does_not_have_are_refused(data):
    for options in (Options(model="MLP"), Options(hidden=(3,))):
        with pytest.raises(DataError, match="nets of its own"):
            committee.run(data, None, options)


def test_a_digit_distorted_stays_in_the_picture(data):
    varied = committee.distortion()(data.x[:64])
    assert varied.shape == (64, 1, 24, 24)
    assert varied.dtype == np.float32
    kept = varied.sum((1, 2, 3)) / data.x[:64].sum((1, 2, 3))
    assert (kept > 0.6).all()
