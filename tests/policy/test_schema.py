"""The JSON Schema for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dpsynth.policy.schema import schema_json

FILE = Path(__file__).parents[2] / "policies" / "policy.schema.json"


def test_the_file_is_what_the_code_gives() -> None:
    assert FILE.read_text(encoding="utf-8") == schema_json(), "write it anew with `dpsynth policy schema`"


def test_every_key_is_described_and_no_other_key_is_allowed() -> None:
    schema: dict[str, Any] = json.loads(schema_json())
    blocks = {"Policy": schema, **schema["$defs"]}
    for name, block in blocks.items():
        assert block["additionalProperties"] is False, name
        for key, value in block["properties"].items():
            described = {"description", "$ref", "const"} & set(value)
            referred = any("$ref" in part for part in value.get("anyOf", ()))
            assert described or referred, f"{name}.{key} tells an editor nothing"
    assert set(schema["properties"]) >= {"dpsynth_policy", "id", "tables", "privacy"}
