"""What was counted: a mapping, and the text that Prometheus reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ._ringback import METRICS_TYPE


class Metrics(Mapping[str, float]):
    """What a receiver has counted in this process, and what is in its store, at one moment.

    A mapping from names with their labels, as Prometheus writes them, to numbers:
    `metrics['ringback_lost_total{reason="too_large"}']`. What has never happened is not there, but for the reasons of
    `ringback_lost_total`, the one to alert on. No label holds a job, a tag or a text.

    `str(metrics)`, or `text`, is the same for a scraper, to be sent with `content_type`.
    """

    content_type: str = METRICS_TYPE
    """The content type of the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        """All of it in the text format of OpenMetrics, which Prometheus reads."""
        samples = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
        self._values = {name: float(value) for name, _, value in samples}

    def __getitem__(self, name: str, /) -> float:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<ringback.Metrics, {len(self)} numbers>"
