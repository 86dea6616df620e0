"""What HTML a course may hold: cleaned when it is written and again when it is read."""

from __future__ import annotations

import html

import nh3

TAGS = {
    "h2", "h3", "h4", "p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "caption", "blockquote",
    "strong", "em", "br", "code", "pre", "dl", "dt", "dd", "sup", "sub",
}  # fmt: skip
ATTRIBUTES = {"th": {"scope"}, "td": {"colspan", "rowspan"}}


def clean(text: str) -> str:
    """The text with allowed elements only: no links, no images, no styles, nothing that runs."""
    return nh3.clean(text, tags=TAGS, attributes=ATTRIBUTES, url_schemes=set(), link_rel=None)


def marked(text: str, spans: list[tuple[int, int]]) -> str:
    """The text as HTML in which these spans, in order, stand in <mark>; everything else is escaped."""
    parts, at = [], 0
    for start, end in spans:
        parts += [html.escape(text[at:start]), "<mark>", html.escape(text[start:end]), "</mark>"]
        at = end
    return "".join([*parts, html.escape(text[at:])])
