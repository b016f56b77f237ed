# Copyright: (c) 2026, SDT platform engineering
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# This file is private to the collection and may change without notice.
"""Widgets of CloudWatch dashboards, placed row by row.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

import typing as t

COLUMNS = 24
GRAPH_HEIGHT = 6
_PERIOD = 60  # seconds

Widget = dict[str, t.Any]
Metric = list[t.Any]


class Graph(t.NamedTuple):
    """A graph over time. lines are horizontal lines, a map from label to value."""

    title: str
    metrics: list[Metric]
    stat: str = "Average"
    label: str = ""
    lines: dict[str, float] = {}


class Dashboard:
    """Rows of widgets, from top to bottom."""

    def __init__(self, region: str):
        self._region = region
        self._widgets: list[Widget] = []
        self._y = 0

    @property
    def body(self) -> dict[str, t.Any]:
        """The body of the dashboard."""
        return {"widgets": self._widgets}

    def text(self, markdown: str, height: int = 1) -> None:
        """A row of text."""
        properties = {"markdown": markdown, "background": "transparent"}
        self._add("text", 0, COLUMNS, height, properties)
        self._y += height

    def graphs(self, graphs: t.Sequence[Graph]) -> None:
        """A row of graphs of the same width; none makes no row."""
        if not graphs:
            return
        width = COLUMNS // len(graphs)
        for number, graph in enumerate(graphs):
            self._add("metric", number * width, width, GRAPH_HEIGHT, self._graph(graph))
        self._y += GRAPH_HEIGHT

    def _graph(self, graph: Graph) -> dict[str, t.Any]:
        properties: dict[str, t.Any] = {
            "title": graph.title,
            "region": self._region,
            "view": "timeSeries",
            "stacked": False,
            "period": _PERIOD,
            "stat": graph.stat,
            "metrics": graph.metrics,
            "yAxis": {"left": {"min": 0, **({"label": graph.label, "showUnits": False} if graph.label else {})}},
        }
        if graph.lines:
            properties["annotations"] = {
                "horizontal": [{"label": label, "value": value} for label, value in graph.lines.items()]
            }
        return properties

    def _add(self, kind: str, x: int, width: int, height: int, properties: dict[str, t.Any]) -> None:
        self._widgets.append(
            {"type": kind, "x": x, "y": self._y, "width": width, "height": height, "properties": properties}
        )
