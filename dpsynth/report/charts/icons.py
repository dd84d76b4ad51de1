"""Marks for pass, review and block: a shape each, never colour alone. The word stands beside it."""

from __future__ import annotations

from markupsafe import Markup

SHAPES = {
    "pass": "M4 12.5l5.5 5.5L20 6.5",
    "review": "M12 3.5L2.5 20.5h19zM12 10v5M12 17.6v.6",
    "unfit": "M5 12h14",
    "block": "M8 2.5h8L21.500 8v8L16 21.500H8L2.500 16V8zM7.500 12h9",
}

_SOFT = '<rect x="0" y="2" width="22" height="10" class="f-soft"/>'


def icon(status: str) -> Markup:
    """The mark of a status."""
    return Markup('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>').format(
        SHAPES[status]
    )


def swatch(kind: str) -> Markup:
    """A sample of a mark for a legend."""
    shapes = {
        "committed": _SOFT,
        "open": _SOFT + '<path d="M3 12l6-10M11 12l6-10" class="s-ink"/>',
        "imported": _SOFT + '<path d="M5 3v8M11 3v8M17 3v8" class="s-ink"/>',
        "release": '<rect x="0" y="0" width="22" height="14" class="f-accent"/>',
        "left": '<rect x=".5" y="2.5" width="21" height="9" class="f-none s-edge"/>',
        "found": '<rect x="7" y="3" width="8" height="8" class="f-accent"/>',
        "person": '<circle cx="11" cy="7" r="2.5" class="f-dot"/>',
        "guess": '<path d="M11 0v14" class="s-guess"/>',
        "ceiling": '<path d="M11 0v14" class="s-ceiling"/>',
        "attack": '<path d="M0 7h22" class="s-interval"/><circle cx="11" cy="7" r="5" class="f-accent"/>',
        "positive": '<path d="M11 1l6 6l-6 6l-6-6z" class="f-page s-ink"/>',
        "negative": '<circle cx="11" cy="7" r="4" class="f-page s-ink"/>',
        "noisy": '<rect x="4" y="2.5" width="14" height="11" class="f-none s-ink"/>',
        "noise": '<path d="M11 1v12" class="s-noise"/>',
        "curve": '<path d="M0 7h22" class="s-interval"/>',
        "line": '<path d="M0 7h22" class="s-ink"/>',
        "synthetic": '<rect x="6" y="2" width="10" height="12" class="f-accent"/>',
    }
    drawing = Markup(shapes[kind])  # noqa: S704  constants above
    return Markup('<svg class="swatch" viewBox="0 0 22 14" aria-hidden="true">{}</svg>').format(drawing)
