"""Charts that carry their own colours, for programs that do not apply a page's style sheet inside an SVG."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import cssselect2
import tinycss2

PAINT = frozenset(
    {
        "fill",
        "stroke",
        "stroke-width",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-dasharray",
        "font-size",
        "font-family",
        "font-weight",
    }
)
"""Properties that are also attributes of SVG elements."""

Declarations = dict[str, str]


def paint(page: ElementTree.Element) -> None:
    """Writes what the page's own sheet says about the marks of its pictures onto the marks, in the light theme.

    Args:
        page: the tree of a page, whose SVG elements are changed.
    """
    sheet = "".join(style.text or "" for style in page.iter("style"))
    light, rules = _rules(sheet)
    matcher = cssselect2.Matcher()
    for prelude, declarations in rules:
        for selector in _selectors(prelude):
            matcher.add_selector(selector, declarations)
    root = cssselect2.ElementWrapper.from_html_root(page)
    for picture in root.query_all("svg"):
        colour = next(filter(None, (_found(matcher, e).get("color") for e in _upwards(picture))), "var(--ink)")
        for mark in picture.iter_subtree():
            found = _found(matcher, mark)
            # A white rim of letters would be drawn over them by whoever does not know paint-order.
            rimmed = "paint-order" in found
            for name, value in found.items():
                if name in PAINT and not (rimmed and name.startswith("stroke")):
                    mark.etree_element.set(name, _resolved(value, light, colour))


def _rules(sheet: str) -> tuple[Declarations, list[tuple[Any, Declarations]]]:
    """The variables of the light theme, and the rules that hold on paper."""
    light: Declarations = {}
    rules = []
    for rule in _on_paper(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)):
        declarations = _declarations(rule.content)
        if _text(rule.prelude) == ":root":
            light |= {name: value for name, value in declarations.items() if name.startswith("--")}
        elif declarations.keys() & {*PAINT, "color", "paint-order"}:
            rules.append((rule.prelude, declarations))
    return light, rules


def _on_paper(rules: list[Any]) -> Iterator[Any]:
    for rule in rules:
        if rule.type == "qualified-rule":
            yield rule
        elif rule.type == "at-rule" and (rule.lower_at_keyword, _text(rule.prelude)) == ("media", "print"):
            yield from _on_paper(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))


def _text(tokens: list[Any]) -> str:
    return str(tinycss2.serialize(tokens)).strip()


def _declarations(content: list[Any]) -> Declarations:
    found: Declarations = {}
    for declaration in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if declaration.type == "declaration":
            value = _text(declaration.value)
            if declaration.name == "font":
                size, _, family = value.partition(" ")
                found |= {"font-size": size, "font-family": family}
            else:
                found[declaration.name] = value
    return found


def _selectors(prelude: list[Any]) -> list[Any]:
    try:
        return [s for s in cssselect2.compile_selector_list(prelude) if s.pseudo_element is None]
    except cssselect2.SelectorError:  # about the keyboard or the pointer, which paper has not
        return []


def _found(matcher: Any, element: Any) -> Declarations:
    found: Declarations = {}
    for *_, declarations in sorted(matcher.match(element), key=lambda m: m[:2]):
        found |= declarations
    return found


def _upwards(element: Any) -> Iterator[Any]:
    while element is not None:
        yield element
        element = element.parent


def _resolved(value: str, light: Declarations, colour: str) -> str:
    value = value.replace("currentColor", colour)
    return re.sub(r"var\((--[a-z-]+)\)", lambda m: light[m[1]], value)
