"""One registration leaves spans that lead from the request over relay and consumer to the mail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from tests.journeys.conftest import until
from tests.mailbox import Mailbox
from tests.traces import Span, Traces


def test_the_spans_of_a_registration_lead_from_the_request_to_the_mail(
    traces: Traces, api: httpx.Client, mail: Mailbox, form: Callable[..., dict[str, Any]]
) -> None:
    before = len(traces.spans())
    asked = form()
    assert api.post("/identity/v1/registrations", json=asked).status_code == 202
    mail.wait(asked["email"])

    way = until(
        lambda: the_way(traces.spans()[before:]), 60
    )  # Spans are exported in batches, some seconds later.

    assert [(one.service, one.name) for one in way] == [
        ("identity", "POST /v1/registrations"),
        ("identity", "publish karmayogi.events"),
        ("notifier", "process notifier"),
        ("notifier", "send mail"),
    ]


def the_way(spans: list[Span]) -> list[Span]:
    """Request, publish, consumer and mail that are linked to one another; nothing before all have arrived."""
    for mail in (one for one in spans if one.name == "send mail"):
        for consumer in (one for one in spans if one.id in mail.links):
            requests = [
                one for one in spans if one.id in consumer.links and one.name == "POST /v1/registrations"
            ]  # Spans of what other tests did may still arrive.
            for request in requests:
                for publish in (
                    one for one in spans if request.id in one.links and one.name.startswith("publish")
                ):
                    return [request, publish, consumer, mail]
    return []
