"""`python -m autograd_fr`: the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit status."""
    try:
        from .cli.program import main  # takes a while, in which the user may think better of it
    except KeyboardInterrupt:
        print("autograd-fr: interrupted", file=sys.stderr)
        return 130
    return main(argv)


if __name__ == "__main__":
    sys.exit(main())
