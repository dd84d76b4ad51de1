"""Prints docs/cli.md from the commands themselves: python docs/cli_reference.py > docs/cli.md."""

from __future__ import annotations

from typing import Any

import typer

from dpsynth.cli import app


def commands() -> list[tuple[str, Any]]:
    """Every command with its full name, in the order of the help."""

    def walk(name: str, command: Any) -> list[tuple[str, Any]]:
        inner = getattr(command, "commands", None)
        if inner is None:
            return [(name, command)]
        return [leaf for key, value in inner.items() for leaf in walk(f"{name} {key}", value)]

    return walk("dpsynth", typer.main.get_command(app))


def reference() -> str:
    """The page."""
    lines = [
        "# Command line",
        "",
        "Printed from the program (`python docs/cli_reference.py > docs/cli.md`). Exit codes are in",
        "[exit-codes.md](exit-codes.md). Results go to standard output, progress and errors to standard error.",
        "",
    ]
    for name, command in commands():
        lines += [f"## `{name}`", "", (command.help or "").strip(), ""]
        rows = []
        for parameter in command.params:
            if parameter.name == "help":
                continue
            is_option = parameter.param_type_name == "option"
            shown = ", ".join(f"`{o}`" for o in parameter.opts) if is_option else f"`{parameter.metavar}`"
            default = parameter.default
            given = (
                ""
                if default in (None, False) or not is_option or callable(default)
                else f" Default: `{getattr(default, 'value', default)}`."
            )
            variable = f" Or the variable `{parameter.envvar}`." if parameter.envvar else ""
            need = " Required." if parameter.required else ""
            rows.append(f"| {shown} | {(parameter.help or '').strip()}{given}{variable}{need} |")
        if rows:
            lines += ["| | |", "|---|---|", *rows, ""]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    print(reference(), end="")
