"""What each net takes and gives, and what it refuses."""

from __future__ import annotations

import copy
import math
import pickle

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import models, nn
from autograd_fr.errors import DataError, DtypeError, ShapeError
from autograd_fr.models import MLP, Vocabulary
from autograd_fr.models.architecture import OWN
from autograd_fr.models.language import drawn_token


def numbers(model):
    return sum(p.numel() for p in model.parameters())


def test_an_mlp_is_a_sequential():
    net = MLP(5, 4, 3, 2, activation=nn.Tanh, dtype=ag.float64)
    assert isinstance(net, nn.Sequential)
    assert [type(part) for part in net] == [nn.Linear, nn.Tanh, nn.Linear, nn.Tanh, nn.Linear]
    assert list(net.state_dict())[:3] == ["0.weight", "0.bias", "2.weight"]
    assert {p.dtype for p in net.parameters()} == {ag.float64}
    assert [type(part) for part in MLP(5, 2)] == [nn.Linear]
    assert net(ag.zeros(7, 5, dtype=ag.float64)).shape == (7, 2)


def test_an_mlp_with_dropout_and_without_bias():
    net = MLP(5, 4, 3, dropout=0.25, bias=False)
    assert [type(part) for part in net] == [nn.Linear, nn.ReLU, nn.Dropout, nn.Linear]
    assert net[2].p == 0.25
    assert list(net.state_dict()) == ["0.weight", "3.weight"]


def test_a_part_of_an_mlp_is_a_plain_sequential():
    part = MLP(5, 4, 3)[:2]
    assert type(part) is nn.Sequential
    assert part(ag.zeros(1, 5)).shape == (1, 4)


@pytest.mark.parametrize("widths", [(), (5,)])
def test_an_mlp_has_an_input_and_an_output(widths):
    with pytest.raises(ValueError, match=r"MLP\(64, 100, 10\)"):
        MLP(*widths)


def test_numbers_of_parameters_as_published():
    assert numbers(models.LeNet()) == 61706
    assert numbers(models.Nielsen1()) == 784 * 30 + 30 + 30 * 10 + 10
    assert numbers(models.Nielsen3()) == 784 * 100 + 100 + 100 * 10 + 10
    assert numbers(models.Nielsen6()) == 1672570
    assert numbers(models.resnet20()) == 272474
    gpt2 = 12 * (12 * 8**2 + 13 * 8) + 11 * 8 + 9 * 8 + 2 * 8  # the tied weight counts once
    assert numbers(models.GPT(11, 9, n_layer=12, n_head=2, n_embd=8)) == gpt2


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32)])
def test_residual_nets_take_both_kinds_of_images(shape):
    net = models.ResNet(2, width=4, in_channels=shape[0], num_classes=7)
    assert net(ag.zeros(2, *shape)).shape == (2, 7)
    layers = [part for part in net.modules() if isinstance(part, (nn.Conv2d, nn.Linear))]
    assert len([part for part in layers if getattr(part, "kernel_size", 0) != (1, 1)]) == 14


def test_residual_nets_start_by_hes_rule():
    ag.manual_seed(0)
    filters = models.resnet20().layer3[1].conv1.weight
    assert filters.std().item() == pytest.approx(math.sqrt(2 / (9 * 64)), rel=0.02)


def test_lenet_for_other_images():
    net = models.LeNet(3, 4, size=32, padding=0)
    assert net(ag.zeros(2, 3, 32, 32)).shape == (2, 4)
    assert net.fc1.in_features == 400
    with pytest.raises(ValueError, match="8x8 with padding 2"):
        models.LeNet(size=8)
    assert models.LeNet(size=16, padding=0)(ag.zeros(1, 1, 16, 16)).shape == (1, 10)


def test_dropout_of_lenet_acts_in_training():
    net, x = models.LeNet(dropout=0.5), ag.rand(1, 1, 28, 28)
    assert (net(x) != net(x)).any()
    net.eval()
    assert (net(x) == net(x)).all()


def test_nielsens_starts():
    ag.manual_seed(0)
    one, three, six = models.Nielsen1(), models.Nielsen3(), models.Nielsen6()
    assert one[0].weight.std().item() == pytest.approx(1, rel=0.02)
    assert three[0].weight.std().item() == pytest.approx(1 / 28, rel=0.02)
    assert three[2].weight.std().item() == pytest.approx(1 / 10, rel=0.1)
    assert three[0].bias.std().item() == pytest.approx(1, rel=0.2)
    assert six.conv1.weight.std().item() == pytest.approx(125**-0.5, rel=0.1)
    assert six.fc2.weight.std().item() == pytest.approx(0.5 / math.sqrt(1000), rel=0.02)
    assert (six(ag.rand(2, 1, 28, 28)) == 0).all()


def test_nielsens_costs():
    a = ag.tensor([[0.1, 0.7], [0.6, 0.3], [0.5, 0.5]], dtype=ag.float64)
    classes, y = ag.tensor([1, 0, 0]), np.array([[0, 1], [1, 0], [1, 0]])
    quadratic = sum(np.sum((y - a.numpy()) ** 2, 1)) / (2 * 3)
    entropy = -np.sum(y * np.log(a.numpy()) + (1 - y) * np.log(1 - a.numpy())) / 3
    for target in (classes, ag.tensor(y, dtype=ag.float64)):
        assert models.quadratic_cost(a, target).item() == pytest.approx(quadratic)
        assert models.cross_entropy_cost(a, target).item() == pytest.approx(entropy)


def test_the_lectures_committee():
    # Three nets, two classes: the mean says 1, although two of the three say 0.
    p = np.array([[0.6, 0.4], [0.3, 0.7], [0.55, 0.45]])

    class Says(nn.Module):
        def __init__(self, row):
            super().__init__()
            self.row = ag.tensor(np.log(row))

        def forward(self, x):
            return self.row.expand(len(x), 2)

    together = models.Committee(Says(row) for row in p)(ag.zeros(1, 1))
    np.testing.assert_allclose(together.exp().numpy(), [[0.483333, 0.516667]], atol=1e-6)
    both = models.Committee([models.Committee([Says(p[0])]), Says(p[1])])(ag.zeros(1, 1))
    np.testing.assert_allclose(both.exp().numpy(), [p[:2].mean(0)])
    sure = models.Committee([Says([1, 5e-324]), Says([1, 5e-324])])(ag.zeros(1, 1))
    np.testing.assert_allclose(sure.numpy(), [[0, np.log(5e-324)]])


def test_crops_are_a_committee_of_places():
    ag.manual_seed(0)
    net = nn.Sequential(nn.Flatten(), nn.Linear(16, 3))
    x = ag.rand(2, 1, 7, 6)
    places = [net(x[..., i : i + 4, j : j + 4]).softmax(1) for i in range(3) for j in range(3)]
    mean = (sum(places) / 9).detach()
    assert ag.allclose(models.Crops(net, 4)(x).exp(), mean)
    with pytest.raises(ValueError, match="6 at least, got 5"):
        models.Crops(net, 4)(x[..., :5])


def test_a_committee_has_members():
    with pytest.raises(ValueError, match="one member"):
        models.Committee([])
    with pytest.raises(TypeError, match="list of models; member 0 is int"):
        models.Committee([3])
    for alone in (nn.Linear(2, 2), MLP(2, 3, 2), 5):  # the layers of an MLP are no members
        with pytest.raises(TypeError, match=rf"\[net, net\]\), not {type(alone).__name__}"):
            models.Committee(alone)


def test_a_vocabulary_of_words_has_their_characters_once():
    assert Vocabulary(["ab", "bc"]).characters == "abc"


def test_a_vocabulary():
    known = Vocabulary("abba cé")
    assert known.characters == " abcé"
    assert known == Vocabulary(known.characters) != Vocabulary("x")
    assert repr(known) == "Vocabulary(' abcé')"
    assert known.encode("").shape == (0,)
    for sequence in (known.encode("cab é"), np.array([3, 1, 2, 0, 4]), [3, 1, 2, 0, 4]):
        assert known.decode(sequence) == "cab é"
    with pytest.raises(DataError, match=r"character 2 of the text, 'x'"):
        known.encode("abxy")
    with pytest.raises(IndexError, match="character 5 among 5"):
        known.decode([5])
    with pytest.raises(IndexError, match="character -1"):
        known.decode([-1])
    with pytest.raises(ValueError, match="empty"):
        Vocabulary("")


@pytest.fixture
def reader():
    ag.manual_seed(0)
    return models.CharRNN("hello world", "GRU", embedding_dim=4, hidden_size=6, dropout=0.5)


def test_reading_on_is_reading_in_one_go(reader):
    reader.eval()
    text = reader.vocabulary.encode("held row")
    first, memory = reader.read(text[:3])
    rest, _ = reader.read(text[3:], memory)
    np.testing.assert_allclose(ag.cat([first, rest]).detach(), reader(text).detach(), rtol=1e-5)
    np.testing.assert_allclose(reader(text[None])[0].detach(), reader(text).detach(), rtol=1e-5)


def test_samples(reader):
    before = ag.get_rng_state()
    one, again, other = (
        reader.sample("he", 20, generator=ag.Generator(seed)) for seed in (1, 1, 2)
    )
    assert one == again != other
    assert one.startswith("he") and len(one) == 22 and set(one) <= set("hello world")
    assert (ag.get_rng_state() == before).all()
    assert reader.training and reader.dropout.training
    assert reader.sample("w", 0) == "w"
    greedy = reader.sample("w", 9, temperature=0)
    assert reader.sample("w", 9, top_k=1) == greedy
    for small in (1e-30, 1e-37, 1e-42, 1e-300, 5e-324):
        assert reader.sample("w", 9, temperature=small) == greedy


def test_the_modes_of_the_parts_are_as_before(reader):
    reader.rnn.eval()
    reader.sample("h", 2)
    assert reader.training and not reader.rnn.training


def test_a_temperature_flattens_or_sharpens(reader):
    with ag.no_grad():
        reader.decoder.weight.zero_()
        reader.decoder.bias.copy_(ag.tensor([2.0] + [0.0] * 7))
    counts = {}
    for temperature in (0.5, 1.0, 4.0):
        text = reader.sample("h", 600, temperature, generator=ag.Generator(0))
        share = text[1:].count(" ") / 600
        e = math.exp(2 / temperature)
        assert share == pytest.approx(e / (e + 7), abs=0.06)
        counts[temperature] = share
    assert counts[0.5] > counts[1.0] > counts[4.0]


@pytest.mark.parametrize("temperature", [1e-30, 2e-38, 1e-42, 1e-300, 5e-324])
@pytest.mark.parametrize("dtype", [ag.float32, ag.float64])
def test_the_limit_of_small_temperatures_is_the_greatest(temperature, dtype):
    scores = ag.tensor([[0.0, 50.0, 1000.0, -math.inf]], dtype=dtype)
    for top_k in (None, 2):
        assert drawn_token(scores, temperature, top_k, None).tolist() == [[2]]


@pytest.mark.parametrize("temperature", [-1, math.nan, math.inf])
def test_temperatures_that_are_none(reader, temperature):
    with pytest.raises(ValueError, match="temperature"):
        reader.sample("h", 1, temperature)


def test_what_a_reader_refuses(reader):
    with pytest.raises(ValueError, match="prompt"):
        reader.sample("", 3)
    with pytest.raises(DataError, match="'z'"):
        reader.sample("hz", 3)
    with pytest.raises(ValueError, match="sample: n is a whole number, 0 or more, got -3"):
        reader.sample("he", -3)
    with pytest.raises(TypeError, match="encodes a text, not 5"):
        reader.sample(5, 3)
    with pytest.raises(TypeError, match="made of a text, not of 5"):
        models.CharRNN(5)
    with pytest.raises(ValueError, match="RNN, GRU, LSTM, got 'lstm'"):
        models.CharRNN("abc", "lstm")
    assert reader.training


@pytest.fixture
def gpt():
    ag.manual_seed(0)
    return models.GPT(9, block_size=6, n_layer=2, n_head=2, n_embd=8, dropout=0.1)


def test_a_token_is_told_by_those_before_it_only(gpt):
    gpt.eval()
    a, b = ag.tensor([[1, 2, 3, 4]]), ag.tensor([[1, 2, 5, 6]])
    difference = (gpt(a) - gpt(b)).detach().abs().amax(-1)[0]
    assert (difference[:2] < 1e-6).all() and (difference[2:] > 1e-4).all()


def test_the_weight_of_the_tokens_is_tied(gpt):
    assert gpt.lm_head.weight is gpt.transformer["wte"].weight
    assert copy.deepcopy(gpt).lm_head.weight is not gpt.lm_head.weight
    again = copy.deepcopy(gpt)
    assert again.lm_head.weight is again.transformer["wte"].weight


def test_the_start_of_a_gpt():
    ag.manual_seed(0)
    model = models.GPT(50, n_layer=8, n_embd=64)
    block = model.transformer["h"][3]
    assert block.mlp.c_fc.weight.std().item() == pytest.approx(0.02, rel=0.05)
    assert block.mlp.c_proj.weight.std().item() == pytest.approx(0.02 / 4, rel=0.05)
    assert model.lm_head.weight.std().item() == pytest.approx(0.02, rel=0.05)
    assert (block.attn.c_attn.bias == 0).all() and (block.ln_1.weight == 1).all()


def test_what_a_gpt_generates(gpt):
    start = ag.tensor([[1, 2], [3, 4], [5, 6]])
    some, again = (gpt.generate(start, 10, generator=ag.Generator(1)) for _ in range(2))
    assert some.shape == (3, 12) and (some == again).all()
    assert (some[:, :2] == start).all() and some.dtype == ag.int64
    assert gpt.generate(start[0], 3).shape == (5,)
    greedy = gpt.generate(start, 10, temperature=0)
    assert (greedy == gpt.generate(start, 10, top_k=1)).all()
    assert gpt.training and not some.requires_grad
    for given in (start.tolist(), start.numpy(), start.numpy().astype(np.uint8)):
        assert gpt.generate(given, 10, generator=ag.Generator(1)).tolist() == some.tolist()


def test_a_gpt_sees_the_last_tokens(gpt):
    seen = []
    gpt.register_forward_pre_hook(lambda _, given: seen.append(given[0].tolist()))
    (tokens,) = gpt.generate(ag.tensor([[1, 2]]), 10, generator=ag.Generator(0)).tolist()
    assert seen == [[tokens[max(0, end - 6) : end]] for end in range(2, 12)]


def test_the_greatest_only_are_drawn_from(gpt):
    start = ag.tensor([4])
    with ag.no_grad():
        best = set(gpt.eval()(start[None])[0, -1].topk(3).indices.tolist())
    drawn = {gpt.generate(start, 1, 9.0, 3, ag.Generator(k))[-1].item() for k in range(60)}
    assert drawn == best
    with pytest.raises(ValueError, match="top_k"):
        gpt.generate(start, 1, top_k=0)


def test_what_a_gpt_refuses(gpt):
    with pytest.raises(ShapeError, match=r"block_size=6, got shape \(1, 7\)"):
        gpt(ag.zeros(1, 7).long())
    with pytest.raises(ShapeError, match=r"got shape \(3,\)"):
        gpt(ag.tensor([1, 2, 3]))
    with pytest.raises(ValueError, match="one token"):
        gpt.generate(ag.zeros(0).long(), 2)
    with pytest.raises(ValueError, match="generate: n is a whole number, 0 or more, got -1"):
        gpt.generate(ag.tensor([1]), -1)
    for given in ("to", [0.5], ag.zeros(2)):
        with pytest.raises(DtypeError, match="numbers of tokens"):
            gpt.generate(given, 3)
    with pytest.raises(ValueError, match=r"n_embd=8 .* n_head=3"):
        models.GPT(5, n_head=3, n_embd=8)


NETS = {
    "MLP": lambda: MLP(4, 3, 2, activation=nn.Sigmoid, dropout=0.1),
    "LeNet": lambda: models.LeNet(maps=(2, 3), hidden=(5, 4)),
    "Nielsen1": models.Nielsen1,
    "Nielsen3": lambda: models.Nielsen3(6, 5, 4),
    "Nielsen6": models.Nielsen6,
    "ResNet": lambda: models.resnet8(width=2),
    "CharRNN": lambda: models.CharRNN("abc", "RNN", num_layers=2, dropout=0.2),
    "GPT": lambda: models.GPT(5, 4, 1, 2, 8, bias=False),
    "Committee": lambda: models.Committee(MLP(2, 3) for _ in range(2)),
    "Crops": lambda: models.Crops(models.LeNet(size=24, maps=(2, 3), hidden=(5, 4)), 24),
    "DigitNet": lambda: models.DigitNet((2, 3, 4, 5, 6)),
}


def test_none_is_forgotten_here():
    public = {name: kind for name, kind in vars(models).items() if isinstance(kind, type)}
    nets = {name for name, kind in public.items() if issubclass(kind, models.Model)}
    assert nets - {"Model"} == NETS.keys() == OWN.keys()


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("through", [copy.copy, copy.deepcopy, "pickle", "config"])
def test_models_remember_their_arguments(name, through):
    model = NETS[name]()
    if through == "pickle":
        again = pickle.loads(pickle.dumps(model))
    elif through == "config":
        again = type(model).from_config(model.config)
    else:
        again = through(model)
    assert type(again) is type(model) and repr(again) == repr(model)
    if name not in ("Committee", "Crops"):  # which have models among their arguments
        assert again.config == model.config
    shapes = {key: t.shape for key, t in model.state_dict().items()}
    assert {key: t.shape for key, t in again.state_dict().items()} == shapes
    if through != "config":
        for key, t in model.state_dict().items():
            assert (again.state_dict()[key] == t).all()


def test_arguments_by_name():
    assert MLP(4, 3, 2).config == {
        "widths": (4, 3, 2), "activation": nn.ReLU, "dropout": 0.0, "bias": True, "dtype": None
    }  # fmt: skip
    assert models.CharRNN(Vocabulary("ba")).config["vocabulary"] == "ab"
    with pytest.raises(TypeError, match="MLP takes no argument depth"):
        MLP.from_config({"widths": (4, 3), "depth": 2})
    with pytest.raises(TypeError, match="activation"):
        MLP(2, 3, activatoin=nn.ReLU)


def test_the_members_of_a_committee_may_be_exchanged():
    committee = models.Committee([MLP(2, 3), MLP(2, 4, 3)])
    committee.members[0] = MLP(2, 5, 3)
    assert [m.config["widths"] for m in committee.config["members"]] == [(2, 5, 3), (2, 4, 3)]
