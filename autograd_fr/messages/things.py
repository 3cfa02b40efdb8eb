"""What a thing is that was given where something else is wanted."""

from __future__ import annotations

from typing import Any


def described(thing: Any) -> str:
    """What this is, with its article.

    >>> described(3), described([1, 2]), described("adam"), described(dict)
    ('an int', 'a list of 2', "the text 'adam'", 'the class dict, which is to be called')
    """
    if isinstance(thing, type):
        return f"the class {thing.__name__}, which is to be called"
    if isinstance(thing, str):
        return f"the text {thing!r}"
    if thing is None:
        return "None"
    name = type(thing).__name__
    article = "an" if name[0].lower() in "aeiou" else "a"
    return f"{article} {name}" + (f" of {len(thing)}" if isinstance(thing, (tuple, list)) else "")
