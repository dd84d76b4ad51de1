"""The few pieces of SVG that the charts are drawn with.

Colours are classes, so that dark mode and print are the style sheet's business. All text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape


def number(x: float) -> str:
    """A coordinate with at most one decimal."""
    text = f"{x:.1f}"
    return "0" if text == "-0.0" else text.removesuffix(".0")


def tag(name: str, children: Iterable[Markup] = (), **attributes: str | float) -> Markup:
    """An element. A trailing underscore is dropped from attribute names, other underscores become hyphens."""
    parts = [
        Markup(' {}="{}"').format(
            key.rstrip("_").replace("_", "-"), number(value) if isinstance(value, int | float) else value
        )
        for key, value in attributes.items()
    ]
    inner = Markup("").join(children)
    form = f"<{name}{{}}>{{}}</{name}>" if inner else f"<{name}{{}}{{}}/>"
    return Markup(form).format(Markup("").join(parts), inner)  # noqa: S704  names of elements are constants


def text(x: float, y: float, words: str, class_: str = "", anchor: str = "start") -> Markup:
    """A line of text."""
    attributes: dict[str, str | float] = {"x": x, "y": y}
    if anchor != "start":
        attributes["text_anchor"] = anchor
    if class_:
        attributes["class_"] = class_
    return tag("text", [escape(words)], **attributes)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """A straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def box(x: float, y: float, width: float, height: float, class_: str) -> Markup:
    """A rectangle."""
    return tag("rect", x=x, y=y, width=width, height=height, class_=class_)


def picture(width: float, height: float, name: str, class_: str, children: Iterable[Markup]) -> Markup:
    """A whole chart with its name for screen readers."""
    return tag(
        "svg",
        children,
        class_=f"chart {class_}",
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        aria_label=name,
    )
