"""Programs written for PyTorch run here with their imports changed, and learn the same."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_fr as ag

SCRIPTS = Path(__file__).parent / "scripts"
IMPORT = re.compile(r"^(import|from) torch\b(?! as)(.*)$", re.MULTILINE)


def changed(line: re.Match[str]) -> str:
    """A line that imports from torch, importing from here: what an editor's replacing does."""
    word, rest = line.groups()
    return f"{word} autograd_fr{rest or ' as torch'}"


def loaded(name: str, here: bool = True) -> dict[str, Any]:
    """The names that a program defines, run for this package or for PyTorch, main() left out."""
    source = (SCRIPTS / f"{name}.py").read_text()
    names: dict[str, Any] = {"__name__": name}
    exec(compile(IMPORT.sub(changed, source) if here else source, f"{name}.py", "exec"), names)
    assert here == (names["torch"] is ag)
    return names


def test_only_imports_change():
    for path in SCRIPTS.glob("*.py"):
        before = path.read_text().splitlines()
        after = IMPORT.sub(changed, path.read_text()).splitlines()
        differing = [a for a, b in zip(before, after, strict=True) if a != b]
        assert differing and all(
            line.startswith(("import torch", "from torch")) for line in differing
        )


def test_characters(capsys):
    loaded("characters")["main"]()
    text = capsys.readouterr().out
    first, last = map(float, re.search(r"loss (\S+) -> (\S+)", text).groups())
    assert first > 3 and last < 2.2
    assert len(text.split("->")[1].strip().split("\n", 1)[1]) >= 60


def test_classifier(capsys, tmp_path):
    loaded("classifier")["main"](["--epochs", "4", "--save-model", str(tmp_path / "bars.pt")])
    found = re.findall(r"Accuracy: (\d+)/64", capsys.readouterr().out)
    assert int(found[-1]) > 48
    assert found[-1] == found[-2] == found[-3]  # the loaded model, and the one that was saved


def test_words(capsys):
    loaded("words")["main"]()
    assert int(re.search(r"(\d+)% right", capsys.readouterr().out)[1]) > 70


# The same program under PyTorch, from the same weights, on the same data


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="PyTorch is what the losses are compared with")


def pair(make: Any, ours: dict[str, Any], theirs: dict[str, Any]) -> tuple[Any, Any]:
    """The model that `make` makes of the names of a program, here and there, with one start."""
    theirs["torch"].manual_seed(0)
    model, reference = make(ours), make(theirs)
    model.load_state_dict({k: v.numpy() for k, v in reference.state_dict().items()})
    return model, reference


def test_characters_as_under_torch(torch):
    ours, theirs = loaded("characters"), loaded("characters", here=False)
    model, reference = pair(lambda names: names["LanguageModel"](), ours, theirs)
    losses = []
    for names, net in ((ours, model), (theirs, reference)):
        rng, text = np.random.default_rng(0), names["train_data"].tolist()

        def batch(split, rng=rng, text=text, names=names):
            starts = rng.integers(0, len(text) - 17, 8)
            rows = np.array([text[i : i + 17] for i in starts])
            return tuple(names["torch"].tensor(part) for part in (rows[:, :-1], rows[:, 1:]))

        names["get_batch"] = batch
        names["max_iters"] = 30
        losses.append(names["train"](net))
    np.testing.assert_allclose(*losses, rtol=2e-3)
    np.testing.assert_allclose(losses[0][:5], losses[1][:5], rtol=2e-5)


def test_classifier_as_under_torch(torch):
    ours, theirs = loaded("classifier"), loaded("classifier", here=False)
    model, reference = pair(lambda names: names["Net"](dropout=0.0), ours, theirs)
    data, target = theirs["pictures"](256, 1)
    args = type("Args", (), {"log_interval": 4})
    losses = []
    for names, net in ((ours, model), (theirs, reference)):
        tensor = names["torch"].tensor
        x, y = (tensor(t.numpy()) for t in (data, target))
        optimizer = names["optim"].SGD(net.parameters(), lr=0.05, momentum=0.9)
        batches = [(x[i : i + 32], y[i : i + 32]) for i in range(0, 256, 32)]
        losses.append(
            names["train"](args, net, names["torch"].device("cpu"), batches, optimizer, 1)
        )
        accuracy = names["test"](net, names["torch"].device("cpu"), batches)
        losses[-1].append(accuracy)
    np.testing.assert_allclose(*losses, rtol=1e-4)


def test_words_as_under_torch(torch):
    ours, theirs = loaded("words"), loaded("words", here=False)
    sizes = len(ours["LETTERS"]), ours["HIDDEN"], len(ours["LANGUAGES"])
    model, reference = pair(lambda names: names["RNN"](*sizes), ours, theirs)
    pairs = [(language, word) for language, text in ours["WORDS"].items() for word in text.split()]
    losses = []
    for names, net in ((ours, model), (theirs, reference)):
        random.seed(0)
        losses.append(names["train"](net, list(pairs)))
    np.testing.assert_allclose(*losses, rtol=1e-3)
