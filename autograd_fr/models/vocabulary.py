"""Characters and their numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..creation.values import tensor
from ..dtypes import int64
from ..errors import DataError


class Vocabulary:
    """The characters that occur in a text, in the order of Unicode; each is known by its place.

    >>> known = Vocabulary("to be or not to be")
    >>> known.characters, len(known)
    (' benort', 7)
    >>> known.encode("bent"), known.decode([1, 2, 3, 6])
    (tensor([1, 2, 3, 6]), 'bent')
    """

    def __init__(self, text: str | Iterable[str]) -> None:
        try:
            self.characters = "".join(sorted(set("".join(text))))
        except TypeError:
            raise TypeError(f"a vocabulary is made of a text, not of {text!r}") from None
        if not self.characters:
            raise ValueError("a vocabulary is made of a text, and this one is empty")
        self._numbers = {character: i for i, character in enumerate(self.characters)}

    def encode(self, text: str) -> Any:
        """The numbers of the characters of a text, (len(text),) of int64.

        Raises DataError for a character that is not in the vocabulary.
        """
        if not isinstance(text, str):
            raise TypeError(f"a vocabulary encodes a text, not {text!r}")
        unknown = next((i for i, c in enumerate(text) if c not in self._numbers), None)
        if unknown is not None:
            raise DataError(
                f"character {unknown} of the text, {text[unknown]!r}, is not in the vocabulary "
                f"{self.characters!r}: make it of all the text"
            )
        return tensor([self._numbers[c] for c in text], dtype=int64)

    def decode(self, numbers: Any) -> str:
        """The text of numbers, a tensor, an array or a list. Raises IndexError for others."""
        places = numbers.tolist() if hasattr(numbers, "tolist") else list(numbers)
        if wrong := [n for n in places if not 0 <= n < len(self)]:
            raise IndexError(f"there is no character {wrong[0]} among {len(self)}")
        return "".join(self.characters[n] for n in places)

    def __len__(self) -> int:
        return len(self.characters)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self.characters == other.characters

    def __hash__(self) -> int:
        return hash(self.characters)

    def __repr__(self) -> str:
        return f"Vocabulary({self.characters!r})"
