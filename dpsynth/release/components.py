"""The list of software components that made a release (SBOM), in CycloneDX 1.6.

The same environment and release give the same bytes: the serial number is derived from the release, the time is that of
the run. Source: CycloneDX specification 1.6, https://cyclonedx.org/docs/1.6/json/.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from dpsynth.report.inputs import Published


@dataclass(frozen=True)
class Component:
    """An installed package.

    Attributes:
        name: in canonical spelling.
        version: as installed.
        licence: SPDX expression, where the package states one.
        needs: names of the packages it needs that are installed too.
    """

    name: str
    version: str
    licence: str | None = None
    needs: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Its package URL."""
        return f"pkg:pypi/{self.name}@{quote(self.version, safe='')}"


def bill_of_materials(p: Published, created: str, components: tuple[Component, ...]) -> dict[str, Any]:
    """The list.

    Args:
        p: what is released.
        created: date and time, ISO 8601.
        components: the program first, then what it needs.
    """
    address = {c.name: c.address for c in components}
    program, *parts = components
    python = p.provenance.versions["python"]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'urn:dpsynth:{p.release_id}')}",
        "version": 1,
        "metadata": {
            "timestamp": created,
            "lifecycles": [{"phase": "operations"}],
            "component": {
                **_entry(program, "application"),
                "properties": [{"name": "dpsynth:code_digest", "value": p.provenance.code_digest}],
            },
        },
        "components": [
            {"type": "platform", "bom-ref": f"python@{python}", "name": "python", "version": python},
            *(_entry(part, "library") for part in parts),
        ],
        "dependencies": [
            {"ref": c.address, "dependsOn": [address[n] for n in c.needs if n in address]}
            | ({"dependsOn": [f"python@{python}", *(address[n] for n in c.needs)]} if c is program else {})
            for c in components
        ],
    }


def _entry(component: Component, kind: str) -> dict[str, Any]:
    licence = [{"expression": component.licence}] if component.licence else None
    return {
        "type": kind,
        "bom-ref": component.address,
        "name": component.name,
        "version": component.version,
        "purl": component.address,
        **({"licenses": licence} if licence else {}),
    }
