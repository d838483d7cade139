"""SVG as text: elements with their attributes, all of it escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def element(name: str, pairs: Sequence[str], children: Iterable[str], **attributes: str) -> str:
    """Return an element; `pairs` are names and values in turn, in keywords `_` stands for a hyphen.

    >>> element("text", ("x", "4"), [text("a < b")], class_="name")
    '<text x="4" class="name">a &lt; b</text>'
    """
    given = dict(zip(pairs[::2], pairs[1::2], strict=True))
    given |= {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    written = "".join(f' {key}="{escape(value)}"' for key, value in given.items())
    return f"<{name}{written}>{''.join(children)}</{name}>"


def text(words: str) -> str:
    """Return the words, escaped, to stand between tags."""
    return escape(words, quote=False)
