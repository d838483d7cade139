"""Read the text of a saved web page: what its main part shows, a line a block, without navigation and banners."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

_LEFT_OUT = frozenset(
    re.findall(
        r"\w+",
        "script style nav header footer noscript template svg form button select aside iframe object video audio "
        "dialog head input textarea",
    )
)
_ROLES = frozenset(["navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "complementary", "menu"])
_INLINE = frozenset(
    re.findall(
        r"\w+",
        "a abbr b bdi bdo cite code em font i ins kbd mark q s small span strong sub sup time u var wbr",
    )
)
_HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden", re.IGNORECASE)
_BANNER = re.compile(r"\b(?:cookie|breadcrumb|skip-link|visually-hidden|sr-only)", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")


def looks_like_html(data: bytes) -> bool:
    """Return whether the bytes open as a web page does.

    >>> looks_like_html(b"<!DOCTYPE html><p>")
    True
    """
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html")) or (head.startswith((b"<?xml", b"<!--")) and b"<html" in head)


def visible(page: str) -> str:
    """Return what a page's main part shows, a line for each block; items of lists open with a bullet.

    The page's own address comes first where the page names it.

    >>> print(visible("<nav>Menu</nav><main><p>Used to <b>treat</b>:<ul><li>asthma;<li>allergy.</ul></main>"))
    Used to treat:
    • asthma;
    • allergy.
    """
    page = _DECLARATION.sub("", page)
    if not page.strip():
        return ""
    try:
        root = document_fromstring(page, parser=HTMLParser(remove_comments=True, remove_pis=True))
    except etree.ParserError:
        return ""
    lines = [root_address] if (root_address := _address(root)) else []
    mains = root.xpath("//main | //*[@role='main']") or root.xpath("//body") or [root]
    lines += _lines(mains[0])
    return "\n".join(lines)


def _address(root: HtmlElement) -> str:
    """Return the address that an EMA page gives itself."""
    found = root.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content")
    return next((str(url) for url in found if re.match(r"https?://(?:www\.)?ema\.europa\.eu/\S{1,200}$", str(url))), "")


def _lines(root: HtmlElement) -> list[str]:
    lines: list[str] = []
    words: list[str] = []
    bullet = False

    def end_line() -> None:
        nonlocal bullet
        line = " ".join("".join(words).split())
        words.clear()
        if line:
            lines.append(f"• {line}" if bullet and not line.startswith("•") else line)
            bullet = False

    left_out = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        if event == "start":
            if left_out or _is_left_out(element):
                left_out += 1
                continue
            if tag not in _INLINE:
                end_line()
            if tag == "li":
                bullet = True
            words.append(element.text or "")
        else:
            if left_out:
                left_out -= 1
            elif tag not in _INLINE:
                end_line()
                bullet = bullet and tag != "li"
            if not left_out and element is not root:
                words.append(element.tail or "")
    end_line()
    return lines


def _is_left_out(element: HtmlElement) -> bool:
    if element.tag in _LEFT_OUT or element.get("role", "") in _ROLES or element.get("hidden") is not None:
        return True
    if element.get("aria-hidden") == "true" or _HIDDEN.search(element.get("style", "")):
        return True
    return bool(_BANNER.search(f"{element.get('class', '')} {element.get('id', '')}"))
