"""The audit log as SPV admins read and export it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from services.identity.commands.audit import record
from services.identity.store import AUDIT_KEPT, Store, ensure_indexes
from shared.mongo import utcnow
from shared.table import csv_lines, quoted
from tests.identity.as_person import call, signed
from tests.identity.people import PASSWORD, add_person

SPV = ("SPV_ADMIN", None)


def test_s08_entries_are_found_by_who_whom_what_and_when(store: Store, client: FlaskClient) -> None:
    admin, now = add_person(store, SPV), utcnow()
    for n, what in enumerate(("login", "role_granted", "login")):
        record(store, who=f"u{n}", what=what, whom="w", result="ok", now=now - timedelta(days=n))

    def found(**query: str) -> list[str]:
        answer = client.get("/v1/audit", query_string=query, headers=signed(admin).headers)
        assert answer.status_code == 200, answer.json
        return [one["who"] for one in answer.json["items"]]

    assert found(whom="w") == ["u0", "u1", "u2"]
    assert found(what="login", whom="w") == ["u0", "u2"]
    assert found(who="u1") == ["u1"]
    since, until = (now - timedelta(days=1, hours=1)).isoformat(), (now - timedelta(hours=1)).isoformat()
    assert found(**{"whom": "w", "from": since, "to": until}) == ["u1"]


def test_the_log_comes_page_by_page(store: Store, client: FlaskClient) -> None:
    admin, now = add_person(store, SPV), utcnow()
    for n in range(5):
        record(store, who="u", what="login", whom="w", result="ok", now=now - timedelta(milliseconds=n % 2))

    first = call(client, admin, "GET", "/v1/audit?limit=3").json
    rest = call(client, admin, "GET", f"/v1/audit?limit=3&cursor={first['next_cursor']}").json

    assert len({one["id"] for one in first["items"] + rest["items"]}) == 5


@pytest.mark.parametrize("role", [("MDO_ADMIN", "telecom"), ("FRAC_ADMIN", None)])
def test_z03_others_do_not_read_the_log(
    store: Store, client: FlaskClient, role: tuple[str, str | None]
) -> None:
    person = add_person(store, role)

    assert call(client, person, "GET", "/v1/audit").status_code == 403
    assert call(client, person, "GET", "/v1/audit.csv").status_code == 403


def test_the_export_is_a_table_and_an_entry(store: Store, client: FlaskClient) -> None:
    admin = add_person(store, SPV)
    record(store, who="u", what="login", whom="=1+1", result="ok", now=utcnow(), detail={"role": "@x"})

    answer = call(client, admin, "GET", "/v1/audit.csv")

    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert rows[0][:4] == ["at", "who", "what", "whom"]
    assert "'=1+1" in [row[3] for row in rows]
    assert call(client, admin, "GET", "/v1/audit?what=audit_exported").json["items"]


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+1", "-1", "\t=1", "\r=1", " =1", "\ufeff=1"])
def test_n07_a_cell_is_never_a_formula(cell: str) -> None:
    assert quoted(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "1", "a=b", "नाम", "a,b"])
def test_n07_other_cells_stay_as_they_are(cell: str) -> None:
    lines = "".join(csv_lines(["h"], [[cell]]))

    assert list(csv.reader(io.StringIO(lines)))[1:] == ([[cell]] if cell else [[""]])


def test_s08_logins_and_refusals_are_kept_for_a_year_and_more(store: Store, client: FlaskClient) -> None:
    person = add_person(store)
    client.post("/v1/auth/token", json={"email": person["email"], "password": PASSWORD})
    client.post(
        "/v1/auth/token",
        json={"email": person["email"], "password": "wrong words entirely"},
        headers={"User-Agent": "evil\x1b[31m"},
    )

    entries = store.audit_entries({"whom": person["_id"]}, sort=[("_id", 1)])

    assert [(one["what"], one["result"]) for one in entries] == [("login", "ok"), ("login", "refused")]
    assert "evil" not in str(entries)
    assert AUDIT_KEPT >= 365 * 86400
    ensure_indexes(store.database)
    kept = store.audit.index_information()["at"]
    assert kept["expireAfterSeconds"] == AUDIT_KEPT
