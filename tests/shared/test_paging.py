"""Pages by cursor: nothing twice, nothing left out, nonsense refused."""

from datetime import timedelta
from typing import Any

import pytest

from shared.errors import Refused
from shared.mongo import Records, utcnow
from shared.paging import cursor_of, page, place_of


def test_pages_show_each_row_once_though_times_are_equal(database: Any) -> None:
    rows, now = Records(database["rows"]), utcnow()
    for n in range(7):
        rows.add({"_id": f"r{n}", "at": now - timedelta(seconds=n // 3)})

    shown: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        asked = {"cursor": cursor, "limit": 2}
        got = page(rows.find, {}, (("at", -1), ("_id", 1)), (type(now), str), asked)
        shown += [one["_id"] for one in got["items"]]
        cursor = got["next_cursor"]

    assert shown == [f"r{n}" for n in range(7)]


@pytest.mark.parametrize(
    "cursor", ["x", "e30", cursor_of(1, 2), cursor_of("a"), "####", cursor_of("a", "b", "c")]
)
def test_a_cursor_of_another_list_is_refused(cursor: str) -> None:
    with pytest.raises(Refused) as refused:
        place_of(cursor, (str, int))

    assert "cursor" in refused.value.fields
