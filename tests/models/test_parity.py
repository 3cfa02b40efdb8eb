"""Every net against the same one in PyTorch, from the same weights: names, values, gradients."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import models, nn

torch = pytest.importorskip("torch")

from tests.models import torch_nets  # noqa: E402

rng = np.random.default_rng(0)
IMAGES, COLOURS = rng.random((4, 1, 28, 28)), rng.random((3, 3, 32, 32))
TOKENS, LONG = rng.integers(0, 7, (3, 6)), rng.integers(0, 11, (2, 9))


def mlp():
    layers = torch.nn.Linear(8, 6), torch.nn.Tanh(), torch.nn.Linear(6, 3)
    return models.MLP(8, 6, 3, activation=nn.Tanh), torch.nn.Sequential(*layers), rng.random((5, 8))


def lenet():
    return models.LeNet(), torch_nets.LeNet(), IMAGES


def lecture():
    theirs = torch_nets.LeNet((20, 40), (1000, 1000), padding=0, flat=640)
    return models.Nielsen6().eval(), theirs, IMAGES


def nielsen():
    return models.Nielsen1(784, 30, 10), torch_nets.sigmoid_net(784, 30, 10), rng.random((5, 784))


def resnet():
    return models.ResNet(2, width=4, in_channels=1), torch_nets.ResNet(2, 1, 4), IMAGES


def resnet_in_evaluation():
    return models.resnet8().eval(), torch_nets.ResNet(1, 3).eval(), COLOURS


def char_rnn(cell="LSTM", layers=1):
    ours = models.CharRNN("abcdefg", cell, embedding_dim=5, hidden_size=8, num_layers=layers)
    return ours, torch_nets.CharRNN(7, cell, 5, 8, layers), TOKENS


def gru():
    return char_rnn("GRU", 2)


def plain_rnn():
    return char_rnn("RNN")


def gpt():
    return models.GPT(11, 9, 2, 2, 8), torch_nets.GPT(11, 9, 2, 2, 8), LONG


@pytest.mark.parametrize(
    "make",
    [mlp, lenet, lecture, nielsen, resnet, resnet_in_evaluation, char_rnn, gru, plain_rnn, gpt],
)
def test_the_same_net_in_pytorch(make):
    torch.manual_seed(0)
    ours, theirs, x = make()
    ours.double(), theirs.double()
    state = theirs.state_dict()
    assert list(ours.state_dict()) == list(state)
    ours.load_state_dict({name: t.numpy() for name, t in state.items()})

    a, b = ours(ag.tensor(x)), theirs(torch.tensor(x))
    weight = rng.normal(size=b.shape)
    (a * ag.tensor(weight)).sum().backward()
    (b * torch.tensor(weight)).sum().backward()
    np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-9, atol=1e-11)
    named = dict(theirs.named_parameters())
    assert {name for name, _ in ours.named_parameters()} == set(named)
    for name, p in ours.named_parameters():
        expected = named[name].grad.numpy()
        np.testing.assert_allclose(p.grad.numpy(), expected, rtol=1e-7, atol=1e-10, err_msg=name)
    for name, t in theirs.state_dict().items():  # running means, too
        np.testing.assert_allclose(ours.state_dict()[name].numpy(), t.numpy(), rtol=1e-9)


@pytest.mark.parametrize("make", [lenet, resnet, gru, gpt])
def test_weights_go_over_in_a_file(make, tmp_path):
    ours, theirs, x = make()
    ag.save_torch(ours.state_dict(), tmp_path / "net.pt")
    theirs.load_state_dict(torch.load(tmp_path / "net.pt", weights_only=True))
    single = np.float32 if x.dtype == np.float64 else np.int64
    a, b = ours(ag.tensor(x.astype(single))), theirs(torch.tensor(x.astype(single)))
    np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-3, atol=1e-5)


def test_a_committee_is_the_mean_of_softmaxes():
    ours = [models.MLP(6, 5, 3).double() for _ in range(3)]
    theirs = [torch.nn.Sequential(*map(_layer, m)).double() for m in ours]
    for a, b in zip(ours, theirs):
        b.load_state_dict({name: torch.tensor(t.numpy()) for name, t in a.state_dict().items()})
    x, target = rng.normal(size=(7, 6)), rng.integers(0, 3, 7)
    together = models.Committee(ours)
    nn.functional.nll_loss(together(ag.tensor(x)), ag.tensor(target)).backward()
    mean = sum(member(torch.tensor(x)).softmax(1) for member in theirs) / 3
    torch.nn.functional.nll_loss(mean.log(), torch.tensor(target)).backward()
    np.testing.assert_allclose(together(ag.tensor(x)).exp().detach().numpy(), mean.detach().numpy())
    for a, b in zip(ours, theirs):
        for p, q in zip(a.parameters(), b.parameters()):
            np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=1e-9, atol=1e-12)


def _layer(part):
    if isinstance(part, nn.Linear):
        return torch.nn.Linear(part.in_features, part.out_features)
    return torch.nn.ReLU()
