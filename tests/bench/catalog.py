"""Search of catalog at several sizes: inside the process, facets on, no cache of answers.

`python -m tests.bench.catalog` runs it alone; rows are read from memory, so that the database's speed stays out.
"""

from __future__ import annotations

import itertools
import random
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, cast

from services.catalog.queries.cards import Cards, Links
from services.catalog.queries.discovery import results
from services.catalog.queries.recommendations import _candidates
from services.catalog.rules import CatalogSettings
from services.catalog.rules.recommending import Taste, ranked
from services.catalog.search import Asked, SearchIndex, Searching
from services.catalog.store import Store, ensure_indexes
from shared.auth import KeyRing
from shared.mongo import connect, utcnow
from shared.settings import Settings
from tests import servers
from tests.catalog.courses import WORDS, generated, make_client
from tests.catalog.people import hear, profile
from tests.service_kit import KEYS, LEARNER, ask

SIZES = (60, 5_000, 100_000)
LIMITS = {60: 20.0, 5_000: 20.0, 100_000: 50.0}
QUERIES = 200


class Rows:
    """Just enough of a store: courses and their scores from memory."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.courses = {row["_id"]: row for row in rows}
        self.scores = {row["_id"]: row["_score"] for row in rows}
        self.database = {name: _Collection({}) for name in ("topics", "competencies", "providers")} | {
            "courses": _Collection(self.courses), "scores": _Collection(self.scores),
        }  # fmt: skip

    def by_ids(self, collection: dict[str, Any], ids: list[str]) -> dict[str, Any]:
        """The rows with these ids."""
        return {id_: collection[id_] for id_ in ids if id_ in collection}


class _Collection:
    def __init__(self, rows: dict[str, Any]) -> None:
        self._rows = rows

    def find(self, wanted: dict[str, Any], *_: Any) -> Iterator[dict[str, Any]]:
        """All rows, or those with these ids."""
        ids = wanted.get("_id", {}).get("$in")
        return iter(
            self._rows.values() if ids is None else [self._rows[id_] for id_ in ids if id_ in self._rows]
        )


def searches(count: int, courses: int) -> Iterator[Asked]:
    """Searches as people make them, with a fixed seed: words, beginnings, errors, filters, pages, sorts."""
    chance = random.Random(11)
    for _ in range(count):
        words = chance.choices(WORDS, k=chance.choice((1, 1, 2, 2, 3)))
        kind = chance.random()
        if kind < 0.15:
            words[-1] = words[-1][: max(2, len(words[-1]) - 2)]
        elif kind < 0.25 and len(words[-1]) > 4:
            words[-1] = words[-1][:2] + words[-1][3:]
        elif kind < 0.35:
            words = [f"term{chance.randrange(courses)}"]
        elif kind < 0.45:
            words = []
        filters: dict[str, tuple[str, ...]] = {}
        if chance.random() < 0.4:
            filters["topic"] = tuple(f"topic-{chance.randrange(20)}" for _ in range(chance.randint(1, 2)))
        if chance.random() < 0.2:
            filters["locale"] = ("hi",)
        sort = chance.choice(("relevance", "relevance", "relevance", "newest", "rating"))
        yield Asked(" ".join(words), filters, sort, chance.choice((0, 0, 0, 20)))


def milliseconds(work: Callable[[], object]) -> float:
    """How long one run takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def processor(work: Callable[[], object]) -> float:
    """Processor time of one run, milliseconds: what it takes on a machine that does nothing else."""
    began = time.thread_time()
    work()
    return (time.thread_time() - began) * 1000


def resident() -> int:
    """Memory of this process, bytes."""
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def measure(size: int) -> list[tuple[str, str, str]]:
    """The rows of one size."""
    rows = list(generated(size))
    before = resident()
    settings = CatalogSettings(service="catalog", search_reconcile=1e9)
    index = SearchIndex(cast(Any, Rows(rows)), settings)
    built = milliseconds(index.follow) / 1000
    memory = resident() - before
    searching = Searching(index)
    cards = Cards(index.names, Links(KeyRing.load(KEYS), 3600))
    mix = list(searches(QUERIES, size))
    for asked in itertools.islice(mix, 20):
        results(searching, cards, asked)
    works = [partial(results, searching, cards, asked) for asked in mix]
    times, alone = sorted(map(milliseconds, works)), sorted(map(processor, works))
    taste = Taste(
        desired={f"competency-{n}": 4 for n in range(5)}, required={f"competency-{n}": 3 for n in range(8)},
        topics=frozenset(f"topic-{n}" for n in range(6)),
    )  # fmt: skip

    def recommend() -> None:
        ranked(_candidates(searching, taste), taste, index.names.name, utcnow(), 10)

    advised = sorted(milliseconds(recommend) for _ in range(30))
    one = rows[0]
    one["changed_at"] = utcnow()
    fresh = milliseconds(index.follow)
    p50, p95 = statistics.median(times), times[int(len(times) * 0.95)]
    cpu50, cpu95 = alone[QUERIES // 2], alone[QUERIES * 95 // 100]
    name = f"{size:,} courses"
    return [
        (
            f"search with facets, {name}",
            f"p50 {p50:.1f} ms, p95 {p95:.1f} ms",
            f"limit p95 {LIMITS[size]:.0f} ms",
        ),
        (f"  of it processor time, {name}", f"p50 {cpu50:.1f} ms, p95 {cpu95:.1f} ms", ""),
        (f"  slowest of {QUERIES}, {name}", f"{times[-1]:.1f} ms", ""),
        (f"  index built, {name}", f"{built:.1f} s", "rows from memory"),
        (f"  memory of the index, {name}", f"{memory / 1e6:.0f} MB", ""),
        (f"  recommendations, {name}", f"p95 {advised[28]:.1f} ms", "without the person's rows"),
        (f"  one changed course taken over, {name}", f"{fresh:.0f} ms", "limit 2,000 ms with the poll"),
    ]


def served() -> Iterator[tuple[str, str, str]]:
    """Rows of whole requests over the demo catalogue: routes, rules and the database."""
    with servers.mongodb() as uri:
        database = connect(Settings(service="catalog", mongodb_uri=uri))
        ensure_indexes(database)
        hear(Store(database), profile("learner-1", desired={"public-procurement": 4}, topics=("finance",)))
        client, _ = make_client(database)
        ids = [str(one["_id"]) for one in database["courses"].find({}, {"_id": 1})]
        asked = {
            "course page": itertools.cycle(f"/v1/courses/{id_}" for id_ in ids),
            "recommendations of a learner": itertools.repeat("/v1/recommendations/me"),
        }
        for what, paths in asked.items():
            times = sorted(milliseconds(partial(_answered, client, next(paths))) for _ in range(QUERIES))
            p50, p95 = statistics.median(times), times[QUERIES * 95 // 100]
            yield f"{what}, {len(ids)} courses, over HTTP", f"p50 {p50:.1f} ms, p95 {p95:.1f} ms", ""
        database.client.close()


def _answered(client: Any, path: str) -> None:
    answer = ask(client, "GET", path, LEARNER)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answers {answer.status_code}.")


def main(row: Callable[[str, str, str], None] | None = None) -> None:
    """Measure all sizes and hand on, or print, the rows."""
    for what, figure, limit in itertools.chain(served(), *map(measure, SIZES)):
        if row:
            row(what, figure, limit)
        else:
            print(f"{what:58} {figure:>34}   {limit}", flush=True)


if __name__ == "__main__":
    main()
