"""What is counted, in the text format of Prometheus. Never a job, a tag or a text in a label."""

from __future__ import annotations

import threading
from collections import defaultdict

_HELP = {
    "deliveries_total": "Deliveries that were answered, by kind of delivery and what happened.",
    "refused_total": "Requests that were refused, by reason.",
    "handler_seconds": "How long handlers took.",
    "store_seconds": "How long it took until a delivery was kept and an answer known.",
    "inbox_deliveries": "Deliveries in the inbox.",
    "overdue_total": "Submissions whose deadline has passed without an answer.",
    "lost_total": "Deliveries that were told to go and will not come again by themselves.",
}

# What a sender is told that makes it give up in the end, although nothing was kept.
_LOST = frozenset({"too_large"})

_REFUSED = frozenset({"refused", "method", "ambiguous", "encoding", "too_large"})


class Metrics:
    """Counters of one receiver in one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: defaultdict[tuple[str, tuple[tuple[str, str], ...]], float] = defaultdict(float)

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None:
        """Adds to a counter."""
        with self._lock:
            self._counts[name, tuple(sorted(labels.items()))] += amount

    def time(self, name: str, seconds: float, /, **labels: str) -> None:
        """Adds a duration to a sum and to the number of them."""
        self.count(f"{name}_sum", seconds, **labels)
        self.count(f"{name}_count", **labels)

    def answered(self, situation: str, error: str | None) -> None:
        """Counts an answer."""
        self.count("deliveries_total", outcome=situation)
        if situation in _REFUSED:
            self.count("refused_total", reason=error or situation)
        if situation in _LOST:
            self.count("lost_total", reason=situation)

    def text(self, gauges: dict[tuple[str, tuple[tuple[str, str], ...]], float]) -> str:
        """Everything, a line each."""
        with self._lock:
            rows = {**self._counts, **gauges}
        lines: list[str] = []
        described: set[str] = set()
        for (name, labels), value in sorted(rows.items()):
            family = name.removesuffix("_sum").removesuffix("_count")
            if family not in described:
                described.add(family)
                sort = "summary" if family != name else "counter" if name.endswith("_total") else "gauge"
                lines += [f"# HELP ringback_{family} {_HELP[family]}", f"# TYPE ringback_{family} {sort}"]
            shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
            lines.append(f"ringback_{name}{{{shown}}} {value:g}" if shown else f"ringback_{name} {value:g}")
        return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
