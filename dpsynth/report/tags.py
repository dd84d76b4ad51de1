"""The structure of a tagged PDF, mended where WeasyPrint's falls short of PDF/UA-1 (ISO 14289-1).

Running heads and ornaments become artifacts, definition lists become lists, header cells say of what, and links say
where they lead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

PRINTED = 4
"""The flag of an annotation that is printed too."""


def mend(pdf: Any, titles: Mapping[str, str]) -> None:
    """Mends the structure in place.

    Args:
        pdf: a `pydyf.PDF` that is about to be written.
        titles: title of each place that a link may lead to, by its anchor.
    """
    tree = _Tree(pdf)
    tree.mend(tree.root)
    tree.leave_out_what_is_not_in_it()
    for link in tree.of_type("/Annot"):
        link["F"] = PRINTED
        if "Dest" in link and (title := titles.get(link["Dest"].string)):
            link["Contents"].string = title


class _Tree:
    """The structure elements of a PDF."""

    def __init__(self, pdf: Any) -> None:
        self.pdf = pdf
        self.elements = {element.reference: element for element in self.of_type("/StructElem")}
        self.annotations = {annotation.reference: annotation for annotation in self.of_type("/OBJR")}
        structure = next(self.of_type("/StructTreeRoot"))
        self.root = self.elements[structure["K"][0]]
        self.numbers = next(o for o in pdf.objects if o.number and o.reference == structure["ParentTree"])["Nums"]

    def of_type(self, kind: str) -> Iterator[Any]:
        return (o for o in self.pdf.objects if isinstance(o, dict) and o.get("Type") == kind)

    def kids(self, element: Any) -> list[Any]:
        return [self.elements[kid] for kid in element["K"] if kid in self.elements]

    def mend(self, element: Any) -> None:
        for kid in self.kids(element):
            if kid["S"] == "/Figure" and "Alt" not in kid:
                element["K"].remove(kid.reference)  # an ornament
            elif element["S"] == "/L" and kid["S"] == "/L":
                self._unwrap(element, kid)  # a column of a list
            elif element["S"] == "/L" and kid["S"] == "/Div":
                self._term(kid)
            elif element["S"] == "/Link":
                self._unlink(kid)
            elif element["S"] in {"/THead", "/TBody"}:
                for cell in self.kids(kid):
                    if cell["S"] == "/TH":
                        cell["A"]["Scope"] = "/Column" if element["S"] == "/THead" else "/Row"
        for kid in self.kids(element):
            self.mend(kid)

    def _unwrap(self, element: Any, kid: Any) -> None:
        place = element["K"].index(kid.reference)
        element["K"][place : place + 1] = kid["K"]
        for grandchild in self.kids(kid):
            grandchild["P"] = element.reference

    def _term(self, pair: Any) -> None:
        """A term with its definition: one item of the list, with a label and a body."""
        pair["S"] = "/LI"
        for i, item in enumerate(self.kids(pair)):
            item["S"] = "/LBody" if i else "/Lbl"
            for body in self.kids(item):
                body["S"] = "/Div"

    def _unlink(self, part: Any) -> None:
        """A part of a link, which WeasyPrint links a second time."""
        for reference in [kid for kid in part["K"] if kid in self.annotations]:
            part["K"].remove(reference)
            annotation = self.annotations[reference]
            page = next(p for p in self.of_type("/Page") if p.reference == annotation["Pg"])
            page["Annots"].remove(annotation["Obj"])

    def leave_out_what_is_not_in_it(self) -> None:
        """Content that belongs to no element is an artifact: running heads, page numbers, ornaments."""
        reached: set[tuple[bytes, int]] = set()
        waiting = [self.root]
        while waiting:
            element = waiting.pop()
            reached |= {(element["Pg"], kid) for kid in element["K"] if isinstance(kid, int)}
            waiting += self.kids(element)
        for number, page in enumerate(self.of_type("/Page")):
            stream = next(o.stream for o in self.pdf.objects if o.number and o.reference == page["Contents"])
            for i, item in enumerate(stream):
                if isinstance(item, dict) and "MCID" in item and (page.reference, item["MCID"]) not in reached:
                    stream[i - 1 : i + 2] = ["/Artifact", "", b"BMC"]
                    self.numbers[2 * number + 1][item["MCID"]] = "null"
