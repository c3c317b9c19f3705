"""Collects samples, prints them as a table, and writes them as JSON."""

import json
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil


@dataclass(slots=True)
class Row:
    """One figure: the samples of each server, most often one per round."""

    label: str
    unit: str
    target: str = ""
    samples: dict[str, list[float]] = field(default_factory=dict)

    def add(self, server: str, *values: float) -> None:
        """Add samples of a server."""
        self.samples.setdefault(server, []).extend(values)

    def median(self, server: str) -> float | None:
        """Return the median of a server's samples, or None where there is none."""
        values = self.samples.get(server)
        return statistics.median(values) if values else None


class Report:
    """The rows of one run."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.rows: list[Row] = []
        self.notes: list[str] = []

    def row(self, label: str, unit: str, target: str = "") -> Row:
        """Return the row with this label, created at its first use."""
        for row in self.rows:
            if row.label == label:
                return row
        self.rows.append(Row(label, unit, target))
        return self.rows[-1]

    def text(self, servers: Sequence[str]) -> str:
        """Return the medians as a Markdown table, whose last column compares the first two."""
        compared = len(servers) == 2
        head = ["figure", "unit", *servers]
        head += [f"{servers[0]} ÷ {servers[1]}"] if compared else []
        head += ["target"]
        lines = [head]
        for row in self.rows:
            medians = [row.median(server) for server in servers]
            cells = [row.label, row.unit, *(_number(value) for value in medians)]
            if compared:
                ours, theirs = medians
                ratio = ours / theirs if ours is not None and theirs else None
                cells.append(f"{ratio:.3g}" if ratio is not None and ratio >= 0 else "")
            lines.append([*cells, row.target])
        widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
        lines.insert(1, ["-" * width for width in widths])
        table = (
            "| "
            + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            + " |"
            for line in lines
        )
        return "\n".join([f"## {self.title}", "", *table, *(f"\n{note}" for note in self.notes)])

    def write(self, path: Path) -> None:
        """Write every sample, and the environment in which they were taken."""
        machine = {
            "python": platform.python_version(),
            "system": platform.platform(),
            "cores": psutil.cpu_count(),
            "load": psutil.getloadavg()[0],
        }
        rows = [asdict(row) for row in self.rows]
        content = {"title": self.title, "machine": machine, "rows": rows, "notes": self.notes}
        path.write_text(json.dumps(content, indent=1) + "\n")


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"
