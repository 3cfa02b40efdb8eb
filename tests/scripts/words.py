"""Which language is a word from? A recurrent cell written by hand, one letter at a time."""

import math
import random

import torch
from torch import nn
from torch.nn import functional as F

WORDS = {
    "English": "the hill wind water night light strong three through thought bright wild",
    "French": "eau lumiere beaucoup toujours vent nuit colline oiseau heureux jamais mieux deux",
    "Italian": "acqua notte vento collina luce sempre tutto forte cielo piccolo bello oggi",
}
LETTERS = sorted({letter for words in WORDS.values() for letter in words if letter != " "})
LANGUAGES = list(WORDS)
HIDDEN = 24


def line_to_tensor(line):
    tensor = torch.zeros(len(line), 1, len(LETTERS))
    for i, letter in enumerate(line):
        tensor[i][0][LETTERS.index(letter)] = 1
    return tensor


class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super().__init__()
        self.hidden_size = hidden_size
        bound = 1.0 / math.sqrt(hidden_size)
        self.w_ih = nn.Parameter(torch.empty(hidden_size, input_size).uniform_(-bound, bound))
        self.w_hh = nn.Parameter(torch.empty(hidden_size, hidden_size))
        self.bias = nn.Parameter(torch.zeros(hidden_size))
        nn.init.uniform_(self.w_hh, -bound, bound)
        self.h2o = nn.Linear(hidden_size, output_size)

    def forward(self, input, hidden):
        hidden = torch.tanh(input @ self.w_ih.t() + hidden.mm(self.w_hh.t()) + self.bias)
        return F.log_softmax(self.h2o(hidden), dim=1), hidden

    def init_hidden(self):
        return torch.zeros(1, self.hidden_size)


def category_from_output(output):
    _, top_i = output.topk(1)
    return LANGUAGES[top_i[0].item()]


def train(rnn, pairs):
    criterion = nn.NLLLoss()
    learning_rate = 0.05
    all_losses = []
    for epoch in range(12):
        random.shuffle(pairs)
        current_loss = 0.0
        for language, word in pairs:
            category = torch.tensor([LANGUAGES.index(language)], dtype=torch.long)
            line = line_to_tensor(word)
            hidden = rnn.init_hidden()
            rnn.zero_grad()
            for i in range(line.size()[0]):
                output, hidden = rnn(line[i], hidden)
            loss = criterion(output, category)
            loss.backward()
            nn.utils.clip_grad_norm_(rnn.parameters(), 1.0)
            with torch.no_grad():
                for p in rnn.parameters():
                    p.add_(p.grad, alpha=-learning_rate)
            current_loss += loss.item()
        all_losses.append(current_loss / len(pairs))
        print(f"epoch {epoch}: loss {all_losses[-1]:.4f}")
    return all_losses


def evaluate(rnn, pairs):
    with torch.no_grad():
        guesses = []
        for language, word in pairs:
            hidden = rnn.init_hidden()
            for letter in line_to_tensor(word):
                output, hidden = rnn(letter, hidden)
            guesses.append(category_from_output(output) == language)
    return sum(guesses) / len(guesses)


def main():
    torch.manual_seed(0)
    random.seed(0)
    pairs = [(language, word) for language, words in WORDS.items() for word in words.split()]
    rnn = RNN(len(LETTERS), HIDDEN, len(LANGUAGES))
    train(rnn, pairs)
    print(f"{evaluate(rnn, pairs):.0%} right")


if __name__ == "__main__":
    main()
