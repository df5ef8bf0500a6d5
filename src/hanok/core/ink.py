"""The house's colours, and drawings that take them from the page they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

LIGHT = {
    "paper": "#FBF8F1",
    "card": "#FFFFFF",
    "ink": "#1B1D20",
    "quiet": "#6B6A65",
    "line": "#E4DFD3",
    "celadon": "#2F7D6B",
    "vermilion": "#C8452E",
    "ochre": "#B7791F",
    "indigo": "#2D4A8A",
}
DARK = {
    "paper": "#16181B",
    "card": "#1E2125",
    "ink": "#ECE9E2",
    "quiet": "#9B9890",
    "line": "#2E3238",
    "celadon": "#6DC1AC",
    "vermilion": "#EE7B63",
    "ochre": "#E3B25A",
    "indigo": "#8FA8E0",
}

_VARIABLES = {colour.lower(): f"var(--{name}, {colour})" for name, colour in LIGHT.items()}
_REFERENCE = re.compile(r"#([^)]+)")  # of ``href`` and ``clip-path``
_LONG_DECIMAL = re.compile(r"-?\d+\.\d{3,}")


def tidy(drawing: str, *, prefix: str, label: str, themed: bool) -> str:
    """Matplotlib's SVG made fit to stand inline in any page.

    Parameters
    ----------
    drawing : str
        What matplotlib wrote, drawn in the colours of `LIGHT`.
    prefix : str
        Put before every id, so that several drawings may stand in one page.
    label : str
        What a screen reader says.
    themed : bool
        Colours become ``var(--ink, #1B1D20)``: the page's, or the light ones where it has none. Off for files: many
        drawing programs know no variables.

    Returns
    -------
    str
        One ``<svg>`` element. Its styles are attributes: a page may forbid inline styles, and none leak into it.
    """
    root = ElementTree.fromstring(drawing)
    for parent in root.iter():
        for child in list(parent):
            if child.tag.rpartition("}")[2] in ("metadata", "style"):
                parent.remove(child)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.attrib = dict(_attributes(element, themed))
    references = [(e, key, e.attrib[key]) for e in root.iter() for key in ("href", "clip-path") if key in e.attrib]
    used = {match[1] for _, _, value in references if (match := _REFERENCE.search(value))}
    for element, key, value in references:
        element.set(key, value.replace("#", f"#{prefix}"))
    for element in root.iter():
        name = element.attrib.pop("id", None)
        if name in used:
            element.set("id", f"{prefix}{name}")
    return ElementTree.tostring(_dressed(root, label), encoding="unicode")


def _attributes(element: ElementTree.Element, themed: bool) -> Iterator[tuple[str, str]]:
    """The element's attributes without namespaces and no-ops, its style spread out, numbers to a hundredth."""
    for key, value in element.attrib.items():
        key = key.rpartition("}")[2]
        if key == "style":
            for declaration in value.split(";"):
                name, _, word = declaration.partition(":")
                yield name.strip(), _coloured(name.strip(), word.strip(), themed)
        elif key in ("d", "x", "y", "points", "transform"):
            short = _LONG_DECIMAL.sub(lambda m: f"{float(m[0]):.2f}".rstrip("0").rstrip("."), value)
            if not short.startswith("rotate(-0 "):
                yield key, " ".join(short.split())
        else:
            yield key, value


def _coloured(name: str, word: str, themed: bool) -> str:
    if name == "font-family":
        return "var(--sans, system-ui, sans-serif)" if themed else "system-ui, sans-serif"
    return _VARIABLES.get(word, word) if themed else word


def _dressed(root: ElementTree.Element, label: str) -> ElementTree.Element:
    """The root with what a page and a screen reader need."""
    _, _, width, height = root.attrib["viewBox"].split()
    root.attrib = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": root.attrib["viewBox"],
        "width": width,
        "height": height,
        "role": "img",
        "aria-label": label,
        "stroke-linejoin": "round",
        "overflow": "visible",
    }
    title = ElementTree.Element("title")
    title.text = label
    root.insert(0, title)
    return root
