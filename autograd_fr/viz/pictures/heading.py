"""Text above a picture, in letters of one width."""

from __future__ import annotations

from html import escape

from ..graph.text import printable


def with_heading(dot: str, text: str) -> str:
    r"""`dot` with lines of text above its picture, nothing in them taken for markup.

    >>> print(with_heading('digraph { a }', 'tensor("&")'))
    digraph { a
    label="tensor(&quot;&amp;&quot;)\l" labelloc=t labeljust=l fontname=Courier fontsize=12 }
    """
    lines = (escape(line).replace("\\", r"\\") + r"\l" for line in printable(text))
    graph, _, _ = dot.rpartition("}")
    # At the end, for what stands at the beginning holds for the clusters too.
    return (
        f'{graph.rstrip()}\nlabel="{"".join(lines)}" labelloc=t labeljust=l '
        "fontname=Courier fontsize=12 }\n"
    )
