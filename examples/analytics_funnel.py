"""How many people come how far: registered, password set, profile, enrolled, completed; with DuckDB and a chart.

    python examples/analytics_tail.py amqp://analytics:...@host/ --from first > log.ndjson
    python examples/analytics_funnel.py log.ndjson --chart funnel.svg [--mdo bsnl] [--since 2026-01-01]

Each person counts once for each step. Only the log is read: it holds pseudonyms, never names.
"""

from __future__ import annotations

import argparse
import sys
from html import escape
from pathlib import Path

import duckdb

STEPS = (
    ("identity.UserRegistered.v1", "Registered"),
    ("identity.PasswordSet.v1", "Password set"),
    ("onboarding.ProfileCompleted.v1", "Profile complete"),
    ("progress.Enrolled.v1", "Enrolled"),
    ("progress.CourseCompleted.v1", "Completed a course"),
)
QUERY = """
WITH events AS (
    SELECT event->>'$.type' AS type,
           event->>'$.data.user_id' AS person,
           (event->>'$.time')::TIMESTAMPTZ AS happened,
           event->'$.data.mdo_path' AS path
    FROM read_json($log, format='newline_delimited', columns={'offset': 'BIGINT', 'event': 'JSON'})
),
began AS (
    SELECT person, min(happened) AS happened, any_value(path) AS path
    FROM events WHERE type = $first GROUP BY person
),
chosen AS (
    SELECT person FROM began
    WHERE ($since IS NULL OR happened >= $since::TIMESTAMPTZ) AND ($mdo IS NULL OR json_contains(path, to_json($mdo)))
)
SELECT type, count(DISTINCT person) AS people
FROM events JOIN chosen USING (person)
GROUP BY type
"""


def funnel(log: str, mdo: str | None = None, since: str | None = None) -> list[tuple[str, int]]:
    """People per step, of those who registered in this unit or below, and since then."""
    given = {"log": log, "first": STEPS[0][0], "mdo": mdo, "since": since}
    with duckdb.connect() as connection:
        counted = dict(connection.execute(QUERY, given).fetchall())
    return [(name, int(counted.get(type_, 0))) for type_, name in STEPS]


def chart(steps: list[tuple[str, int]], width: int = 720) -> str:
    """The steps as bars in an SVG image that a screen reader can read, too."""
    most, row, left, right = max((count for _, count in steps), default=0) or 1, 44, 170, 130
    bars = []
    for n, (name, count) in enumerate(steps):
        y, length = 40 + n * row, (width - left - right) * count / most
        share = f"{100 * count / (steps[0][1] or 1):.0f} %"
        bars.append(
            f'<text x="{left - 10}" y="{y + 20}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{left}" y="{y}" width="{max(length, 1):.1f}" height="30" fill="#1d3c78"/>'
            f'<text x="{left + length + 8:.1f}" y="{y + 20}">{count:,} ({share})</text>'
        )
    height = 60 + len(steps) * row
    spoken = "; ".join(f"{name}: {count}" for name, count in steps)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="sans-serif" font-size="14"><title>From registration to completion</title>'
        f"<desc>{escape(spoken)}</desc>"
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>{"".join(bars)}</svg>\n'
    )


def main() -> int:
    """Print the steps and write the chart."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("log", help="what analytics_tail.py printed")
    parser.add_argument("--chart", type=Path, help="SVG file to write")
    parser.add_argument("--mdo", help="only people of this unit and below")
    parser.add_argument("--since", help="only people who registered since this date")
    asked = parser.parse_args()
    steps = funnel(asked.log, asked.mdo, asked.since)
    for name, count in steps:
        print(f"{name:20} {count:8,}")
    if asked.chart:
        asked.chart.write_text(chart(steps), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
