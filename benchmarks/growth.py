"""How clique_tree grows with rows and with columns: CPU seconds of its steps, peak memory. See README.md.

python benchmarks/growth.py --data DIR --rows 100000 1000000 --columns 15 30 60 120 --json FILE --figure FILE.svg

While rows grow there are as many columns as the first of --columns says, and the other way round.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from marginals import HERE, run, step

STEPS = {"measure_s": "count and measure", "fit_s": "fit", "sample_s": "sample"}
EPSILON, DELTA = 1.0, 1e-9


def grow(folder: Path, rows: int, columns: int) -> None:
    """A larger table: folder/table.pickle -> folder/train.npz and folder/task.pickle. Runs in a process of its own.

    Rows are drawn with replacement. Further columns are renamed copies of the table, each with its own drawn rows:
    inside a copy columns depend on each other as they did, across copies they do not.
    """
    import pickle
    from dataclasses import replace

    import numpy as np

    from dpsynth.domain.domain import Domain

    table = pickle.loads((folder / "table.pickle").read_bytes())
    rng, codes, attributes = np.random.default_rng(0), table.units.codes, table.task.domain.attributes
    # Column by column, as what is read from a source lies.
    large, named = np.empty((rows, columns), np.uint16, order="F"), []
    for i in range(columns):
        copy, column = divmod(i, len(attributes))
        if column == 0:
            drawn = rng.integers(0, len(codes), rows)
        large[:, i] = codes[drawn, column]
        name = attributes[column].name
        named.append(replace(attributes[column], name=f"{name} {copy + 1}" if copy else name))
    np.savez(folder / "train.npz", codes=large, owner=np.arange(rows, dtype=np.int32), size=rows)
    task = replace(table.task, domain=Domain(tuple(named)), rows_per_unit=1, clip=None, targets=())
    (folder / "task.pickle").write_bytes(pickle.dumps((task, table.synthesis)))


def measured(folder: Path, rows: int, columns: int) -> dict[str, Any]:
    """One run."""
    row: dict[str, Any] = {"rows": rows, "columns": columns}
    made = run([sys.executable, HERE / "growth.py", "grow", folder, str(rows), str(columns)])
    if made.code:
        return row | {"status": "failed", "error": made.last}
    place = folder / "run"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    job = {"mechanism": "clique_tree", "epsilon": EPSILON, "delta": DELTA, "seed": 0}
    job |= {"train": str(folder / "train.npz"), "task": str(folder / "task.pickle")}
    (place / "job.json").write_text(json.dumps(job))
    ended = run([sys.executable, HERE / "ours.py", place])
    if ended.code:
        return row | {"status": "failed", "error": ended.last}
    timing = json.loads((place / "timing.json").read_text())
    return row | timing | {"process_cpu_s": ended.cpu_s, "rss_mb": ended.rss_mb, "status": "ok", "error": None}


def markdown(found: list[dict[str, Any]]) -> str:
    """A row for each run."""
    names = ["rows", "columns", *STEPS, "cpu_s", "wall_s", "rss_mb"]
    lines = ["| " + " | ".join(names) + " |", "|" + "---:|" * len(names)]
    for row in found:
        figures = [f"{row['rows']:,}", str(row["columns"])]
        figures += [f"{row[name]:.2f}" if row["status"] == "ok" else row["status"] for name in names[2:-1]]
        figures.append(f"{row['rss_mb']:.0f}" if row["status"] == "ok" else "")
        lines.append("| " + " | ".join(figures) + " |")
    return "\n".join(lines)


# ------------------------------------------------------------------------------------------------------- the figure

WIDTH, HEIGHT, LEFT, TOP, GAP = 300, 220, 64, 46, 86
COLOURS = {"measure_s": "#0072b2", "fit_s": "#d55e00", "sample_s": "#009e73", "cpu_s": "#222222"}
LABELS = STEPS | {"cpu_s": "all"}


def decades(values: list[float]) -> tuple[int, int]:
    """Powers of ten around the values."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def plain(value: float) -> str:
    """100000 -> 100 k, 0.01 -> 0.01."""
    for size, unit in ((1e9, " bn"), (1e6, " m"), (1e3, " k")):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def panel(left: float, title: str, key: str, found: list[dict[str, Any]], y_range: tuple[int, int]) -> list[str]:
    """One log-log panel: CPU seconds of each step against rows or columns."""
    xs = sorted({row[key] for row in found})
    first, last = math.log10(xs[0]), math.log10(xs[-1]) if len(xs) > 1 else math.log10(xs[0]) + 1

    def x(value: float) -> float:
        return left + 12 + (math.log10(value) - first) / (last - first) * (WIDTH - 24)

    def y(value: float) -> float:
        low, high = y_range
        return TOP + HEIGHT - (math.log10(max(value, 10**low)) - low) / (high - low) * HEIGHT

    parts = [f'<text x="{left}" y="{TOP - 14}" class="title">{title}</text>']
    for power in range(y_range[0], y_range[1] + 1):
        at = y(10**power)
        parts.append(f'<line x1="{left}" x2="{left + WIDTH}" y1="{at:.1f}" y2="{at:.1f}" class="grid"/>')
        parts.append(f'<text x="{left - 8}" y="{at + 4:.1f}" text-anchor="end">{plain(10.0**power)}</text>')
    for value in xs:
        middle = f'x="{x(value):.1f}" y="{TOP + HEIGHT + 18}" text-anchor="middle"'
        parts.append(f"<text {middle}>{plain(value)}</text>")
    parts.append(f'<text x="{left + WIDTH / 2}" y="{TOP + HEIGHT + 38}" text-anchor="middle">{key}</text>')
    for name, colour in COLOURS.items():
        points = [(x(row[key]), y(row[name])) for row in sorted(found, key=lambda row: row[key])]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in points]
    return parts


def figure(by_rows: list[dict[str, Any]], by_columns: list[dict[str, Any]]) -> str:
    """Both panels with a common scale of seconds."""
    seconds = [row[name] for row in by_rows + by_columns for name in COLOURS if row[name] > 0]
    y_range = decades(seconds)
    second = LEFT + WIDTH + GAP
    body = panel(LEFT, f"CPU seconds, {by_rows[0]['columns']} columns", "rows", by_rows, y_range)
    body += panel(second, f"CPU seconds, {plain(by_columns[0]['rows'])} rows", "columns", by_columns, y_range)
    below = TOP + HEIGHT + 66
    for i, (name, colour) in enumerate(COLOURS.items()):
        at = LEFT + i * 150
        body.append(f'<path d="M{at} {below - 4}h20" stroke="{colour}" stroke-width="2"/>')
        body.append(f'<text x="{at + 26}" y="{below}">{LABELS[name]}</text>')
    style = "text{font:12px sans-serif;fill:#222}.title{font-weight:bold}.grid{stroke:#ddd}"
    wide, high = second + WIDTH + 24, below + 18
    lines = "\n".join(body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}">\n'
        f"<title>CPU seconds of clique_tree against rows and columns</title>\n<style>{style}</style>\n"
        f'<rect width="{wide}" height="{high}" fill="#fff"/>\n{lines}\n</svg>\n'
    )


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="as of marginals.py")
    parser.add_argument("--variant")
    parser.add_argument("--ordered", type=lambda text: text.split(","))
    parser.add_argument("--rows", type=int, nargs="+", required=True)
    parser.add_argument("--columns", type=int, nargs="+", required=True)
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--figure", type=Path, required=True)
    chosen = parser.parse_args(words)
    rows, columns = chosen.rows, chosen.columns
    sizes = dict.fromkeys([*((r, columns[0]) for r in rows), *((rows[0], c) for c in columns)])
    found = []
    with tempfile.TemporaryDirectory(prefix="dpsynth-growth-") as name:
        folder = Path(name)
        job = {"data": str(chosen.data), "variant": chosen.variant, "ordered": chosen.ordered}
        (folder / "job.json").write_text(json.dumps(job))
        step("read", folder)
        for size in sizes:
            found.append(measured(folder, *size))
            chosen.json.write_text(json.dumps({"rows": found}, indent=1))
            print(
                f"{size[0]:,} rows, {size[1]} columns: {found[-1]['status']} {found[-1].get('error') or ''}", flush=True
            )
    well = [row for row in found if row["status"] == "ok"]
    by_rows = [row for row in well if row["columns"] == columns[0]]
    by_columns = [row for row in well if row["rows"] == rows[0]]
    if by_rows and by_columns:
        chosen.figure.write_text(figure(by_rows, by_columns))
    print(markdown(found))


if __name__ == "__main__":
    if sys.argv[1:2] == ["grow"]:
        grow(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
