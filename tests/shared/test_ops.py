"""The operators' console: orders carried out by the worker, health, timelines; on a real broker."""

from __future__ import annotations

import json
from typing import Any

import pytest

from shared.auth import Verifier
from shared.bus import DEAD, Link, Message, Outcome, Publisher, Topology
from shared.events import encode
from shared.events.identity import UserRegistered
from shared.log import Context
from shared.mongo import Records, utcnow
from shared.ops import ops_blueprint
from shared.ops.orders import Handled, Orders, ensure_ops_indexes
from shared.settings import Settings
from shared.web import make_app
from tests.bus_kit import wait
from tests.servers import Broker
from tests.service_kit import LEARNER, OWN_ADMIN, SIGNER, SPV_ADMIN, ask, envelope, hostile

EVENT = UserRegistered(user_id="u1", mdo_id="bsnl", mdo_path=("bsnl",), position_id=None, locale="en")
BODY = encode(EVENT, subject="u1", sequence=1, context=Context("flow-1"))


class Bench:
    """One service's console and worker on a vhost of its own."""

    def __init__(self, broker: Broker, database: Any) -> None:
        self.settings = Settings(service="notifier", amqp_url=broker.url("notifier"), environment="test")
        self.database, self.broker = database, broker
        tellers: Any = {"deliveries": lambda one: (one["at"], "mail", one["user_id"], one["state"])}
        verifier = Verifier(self.settings, SIGNER.jwks, None)
        blueprint = ops_blueprint(self.settings, database, ("deliveries",), tellers)
        self.app = make_app(self.settings, blueprint, verifier=verifier)
        self.client = self.app.test_client()
        self.handled = Handled(database)
        self.orders = Orders(self.settings, database, self.handled)

    def park(self, body: str = BODY, id_: str = EVENT.event_id) -> None:
        link = Link.open(self.settings.amqp_url, self.settings)
        message = Message(
            id=id_, type=EVENT.type, body=body.encode(), exchange=DEAD, key="notifier.parked",
            headers={"karmayogi-reason": "refused", "karmayogi-error": "Refused:because"},
        )  # fmt: skip
        assert Publisher(link, "notifier", 10).send([message]) == [Outcome.CONFIRMED]
        link.leave()

    def ask(self, method: str, path: str, body: Any = None, who: Any = SPV_ADMIN) -> Any:
        return ask(self.client, method, path, who, body)

    def depth(self, queue: str) -> int:
        link = Link.open(self.broker.url("admin"), self.settings)
        count = link.channel().queue_declare(queue, passive=True).message_count
        link.leave()
        return int(count)


@pytest.fixture
def bench(broker: Broker, database: Any) -> Bench:
    link = Link.open(broker.topology_url, Settings(service="deploy"))
    Topology().apply(link)
    channel = link.channel()
    for queue in ("notifier", "notifier.parked"):
        channel.queue_purge(queue)
    link.leave()
    ensure_ops_indexes(database)
    return Bench(broker, database)


def test_parked_messages_are_listed_by_the_worker_and_shown(bench: Bench) -> None:
    bench.park()
    first = bench.ask("GET", "/v1/ops/messages").json
    again = bench.ask("GET", "/v1/ops/messages").json

    done = [bench.orders.carry_out() for _ in range(2)]

    shown = bench.ask("GET", f"/v1/ops/commands/{first['order']}").json
    assert (first["items"], first["order"], done) == ([], again["order"], [1, 0])
    assert (shown["state"], shown["result"][0]["id"], shown["result"][0]["reason"]) == (
        "done",
        EVENT.event_id,
        "refused",
    )
    assert json.loads(shown["result"][0]["body"])["data"]["user_id"] == "u1"
    assert bench.ask("GET", "/v1/ops/messages").json["items"] == shown["result"]
    wait(lambda: bench.depth("notifier.parked") == 1)  # The look gives it back.


def order(bench: Bench, **wish: Any) -> Any:
    made = bench.ask("POST", "/v1/ops/commands", {"message_id": EVENT.event_id, **wish})
    assert made.status_code == 202, made.json
    bench.orders.carry_out()
    return bench.ask("GET", f"/v1/ops/commands/{made.json['id']}").json


def test_a_message_is_replayed_to_its_own_service(bench: Bench) -> None:
    bench.park()

    done = order(bench, do="replay")

    assert (done["state"], done["result"]) == ("done", 1)
    assert (bench.depth("notifier.parked"), bench.depth("notifier")) == (0, 1)


def test_a_message_is_dropped_with_a_reason_that_is_kept(bench: Bench) -> None:
    bench.park()

    done = order(bench, do="drop", reason="a test message")

    kept = bench.database["bus_audit"].find_one({"id": EVENT.event_id}) or {}
    assert (done["result"], bench.depth("notifier.parked")) == (1, 0)
    assert (kept["why"], kept["who"]) == ("a test message", SPV_ADMIN.user_id)


def test_an_edited_message_goes_to_its_service_and_the_old_body_is_kept(bench: Bench) -> None:
    bench.park()
    changed = BODY.replace('"locale":"en"', '"locale":"hi"')

    done = order(bench, do="edit", reason="wrong locale", body=changed)

    kept = bench.database["bus_audit"].find_one({"id": EVENT.event_id}) or {}
    assert done["result"] == 1
    assert '"locale":"en"' in kept["body"]
    assert (bench.depth("notifier.parked"), bench.depth("notifier")) == (0, 1)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"do": "drop", "message_id": "m"}, "reason"),
        ({"do": "replay"}, "message_id"),
        ({"do": "edit", "message_id": "m", "reason": "because", "body": "{}"}, "body"),
        ({"do": "edit", "message_id": "m", "reason": "because"}, "body"),
        ({"do": "requeue", "collection": "users"}, "aggregate_id"),
        ({"do": "purge"}, "do"),
        ({"do": "list", "service": "identity"}, "service"),
    ],
)
def test_an_order_that_lacks_something_is_refused(bench: Bench, wish: dict[str, Any], field: str) -> None:
    answer = bench.ask("POST", "/v1/ops/commands", wish)

    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_n01_orders_take_texts_only(bench: Bench) -> None:
    wish = {"do": "replay", "message_id": "m", "shelf": "dead", "reason": "because"}

    for field, body in hostile(wish):
        assert bench.ask("POST", "/v1/ops/commands", body).status_code == 422, field


def test_a_halted_aggregate_is_shown_and_freed(bench: Bench) -> None:
    Records(bench.database["deliveries"]).add({"_id": "d1"}, EVENT)
    (head,) = (bench.database["deliveries"].find_one({"_id": "d1"}) or {})["_outbox"]
    bench.database["deliveries"].update_one(
        {"_id": "d1"},
        {
            "$set": {"_outbox": [], "_outbox_dead": [head | {"error": "returned", "at": utcnow()}]},
            "$unset": {"_pending_at": ""},
        },
    )
    before = bench.ask("GET", "/v1/ops/health").json["outbox"]

    done = order(bench, do="requeue", message_id="", collection="deliveries", aggregate_id="d1")

    after = bench.ask("GET", "/v1/ops/health").json["outbox"]
    assert before["halted"] == [{"collection": "deliveries", "id": "d1", "type": EVENT.type}]
    assert (done["result"], after["halted"], after["pending"]) == (1, [], 1)


def test_health_knows_queues_and_freshness_from_the_worker(bench: Bench) -> None:
    bench.park()
    bench.handled.note(envelope(EVENT), "done")

    before = bench.ask("GET", "/v1/ops/health").json
    bench.orders.note()
    after = bench.ask("GET", "/v1/ops/health").json

    assert (before["queues"], before["worker_seen_seconds"]) == (None, None)
    assert after["queues"] == {"notifier": 0, "notifier.parked": 1, "notifier.dead": 0}
    assert 0 <= after["freshness"][EVENT.type] < 5
    assert after["worker_seen_seconds"] < 5


def test_a_timeline_holds_what_happened_under_one_reference(bench: Bench) -> None:
    at = utcnow()
    bench.database["deliveries"].insert_one(
        {"_id": "d", "correlation_id": "c1", "at": at, "user_id": "u1", "state": "sent"}
    )
    bench.database["deliveries"].insert_one(
        {"_id": "e", "correlation_id": "c2", "at": at, "user_id": "u2", "state": "sent"}
    )
    bench.handled.note(envelope(EVENT), "done")
    bench.handled.note(envelope(EVENT), "done")
    bench.handled.write()

    items = bench.ask("GET", "/v1/ops/timeline/c1").json["items"]

    assert [(one["what"], one["subject"], one["outcome"]) for one in items] == [
        ("mail", "u1", "sent"), (f"handled {EVENT.type}", "u1", "done"),
    ]  # fmt: skip


def test_an_order_of_a_broker_that_is_away_fails_and_says_so(bench: Bench, database: Any) -> None:
    made = bench.ask("POST", "/v1/ops/commands", {"do": "list"}).json
    nowhere = Settings(service="notifier", amqp_url="amqp://notifier:x@127.0.0.1:1/")

    Orders(nowhere, database, bench.handled).carry_out()

    assert bench.ask("GET", f"/v1/ops/commands/{made['id']}").json["state"] == "failed"


@pytest.mark.parametrize("who", [None, LEARNER, OWN_ADMIN])
def test_z03_operations_are_for_spv_admins(bench: Bench, who: Any) -> None:
    for method, path in (
        ("GET", "/v1/ops/health"), ("GET", "/v1/ops/timeline/x"), ("GET", "/v1/ops/messages"),
        ("POST", "/v1/ops/commands"), ("GET", "/v1/ops/commands"), ("GET", "/v1/ops/commands/x"),
    ):  # fmt: skip
        assert bench.ask(method, path, {"do": "list"}, who).status_code == (401 if who is None else 403)
