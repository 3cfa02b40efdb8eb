"""A recurrent net that reads a text character by character and guesses the next one."""

from __future__ import annotations

from typing import Any

from ..nn import GRU, LSTM, RNN, Dropout, Embedding, Linear
from ..nn.modes import evaluating
from ..ops import cat
from ..random import Generator
from .arguments import check_counts
from .language import drawn_token
from .model import Model
from .vocabulary import Vocabulary

_CELLS = {"RNN": RNN, "GRU": GRU, "LSTM": LSTM}


class CharRNN(Model):
    """Characters (n, t), or (t), to the scores of the character after each: (n, t, vocabulary).

        encoder   a vector of `embedding_dim` numbers for every character
        rnn       `cell`, RNN, GRU or LSTM: `num_layers` layers of `hidden_size`
        decoder   hidden_size → vocabulary

    `vocabulary`: a `Vocabulary`, or a text of whose characters one is made. `dropout` acts on what
    goes into the recurrent layers and comes out of them. Trained with `next_token_loss`.

    Raises ValueError for another cell. Source: Graves 2013, "Generating sequences with recurrent
    neural networks", arXiv:1308.0850; Karpathy 2015, "The unreasonable effectiveness of recurrent
    neural networks".

    >>> import autograd_fr as ag
    >>> model = ag.models.CharRNN("to be or not to be", cell="GRU")
    >>> model(model.vocabulary.encode("to be")).shape
    torch.Size([5, 7])
    """

    def __init__(
        self,
        vocabulary: Vocabulary | str,
        cell: str = "LSTM",
        *,
        embedding_dim: int = 32,
        hidden_size: int = 128,
        num_layers: int = 1,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        if cell not in _CELLS:
            raise ValueError(f"CharRNN has the cells {', '.join(_CELLS)}, got {cell!r}")
        check_counts(
            "CharRNN", embedding_dim=embedding_dim, hidden_size=hidden_size, num_layers=num_layers
        )
        known = vocabulary if isinstance(vocabulary, Vocabulary) else Vocabulary(vocabulary)
        self.vocabulary = known
        self.encoder = Embedding(len(known), embedding_dim)
        self.rnn = _CELLS[cell](
            embedding_dim, hidden_size, num_layers, batch_first=True,
            dropout=dropout if num_layers > 1 else 0.0,
        )  # fmt: skip
        self.decoder = Linear(hidden_size, len(known))
        self.dropout = Dropout(dropout)

    @property
    def config(self) -> dict[str, Any]:
        """The arguments by name; of the vocabulary, the characters."""
        return super().config | {"vocabulary": self.vocabulary.characters}

    def forward(self, tokens: Any) -> Any:
        """The scores of the character after each; the memory is empty at the start."""
        return self.read(tokens)[0]

    def read(self, tokens: Any, state: Any = None) -> tuple[Any, Any]:
        """Scores as of a call, and the memory after the last character, with which to read on."""
        output, state = self.rnn(self.dropout(self.encoder(tokens)), state)
        return self.decoder(self.dropout(output)), state

    def sample(
        self,
        prompt: str,
        n: int,
        temperature: float = 1.0,
        top_k: int | None = None,
        generator: Generator | None = None,
    ) -> str:
        """The prompt, and `n` characters drawn one after the other from what the model says.

        `temperature`: the scores are divided by it; at 0 the likeliest is taken each time. `top_k`:
        only that many of the likeliest are drawn from. Raises ValueError for an empty prompt,
        DataError for a character that is not in the vocabulary.
        """
        check_counts("sample", 0, n=n)
        if not prompt:
            raise ValueError("sample goes on from a prompt of one character at least")
        tokens = [self.vocabulary.encode(prompt)]
        with evaluating(self):
            state = None
            for _ in range(n):
                scores, state = self.read(tokens[-1], state)
                tokens.append(drawn_token(scores[-1], temperature, top_k, generator))
        return self.vocabulary.decode(cat(tokens))
