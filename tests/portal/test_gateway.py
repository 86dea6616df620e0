"""Timeouts, retries and the breaker."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import httpx
import pytest

from portal.gateway import PATIENCE, Api, ApiProblem, Gateway, Unreachable
from portal.settings import PortalSettings


class Line:
    """Answers from a list and counts."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers = list(answers)
        self.calls = 0
        self.waits: list[float] = []
        self.now = 0.0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        self.waits.append(request.extensions["timeout"]["read"])
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer, json={"slug": "s", "detail": "d"})

    def clock(self) -> float:
        return self.now


@pytest.fixture
def make(settings: PortalSettings) -> Callable[[Line], Api]:
    return lambda line: Api(
        Gateway(settings, httpx.MockTransport(line), line.clock),
        {"X-Request-ID": "r", "X-Forwarded-For": "192.0.2.1"},
    )


@pytest.mark.parametrize("first", [502, 503, 504, httpx.ConnectError("x")])
def test_a_get_is_tried_twice(make: Callable[[Line], Api], first: int | Exception) -> None:
    line = Line(first, 200)

    make(line).get("/x")

    assert line.calls == 2


@pytest.mark.parametrize("fault", [503, 500, httpx.ConnectError("x"), httpx.ReadTimeout("x")])
def test_a_post_is_never_repeated(make: Callable[[Line], Api], fault: int | Exception) -> None:
    line = Line(fault)

    with pytest.raises(Unreachable):
        make(line).post("/x", {})

    assert line.calls == 1


def test_a_refusal_is_an_error_with_its_reason(make: Callable[[Line], Api]) -> None:
    with pytest.raises(ApiProblem) as caught:
        make(Line(422)).post("/x", {})

    assert (caught.value.slug, caught.value.sentence) == ("s", "d")


def test_the_breaker_opens_after_five_failures_and_probes_after_ten_seconds(
    make: Callable[[Line], Api],
) -> None:
    line = Line(500)
    api = make(line)
    for _ in range(7):
        with pytest.raises(Unreachable):
            api.post("/x", {})
    assert line.calls == 5

    line.now = 10.5
    line.answers = [200]
    api.post("/x", {})
    api.post("/x", {})

    assert line.calls == 7


def test_the_breaker_of_one_route_leaves_the_others_alone(make: Callable[[Line], Api]) -> None:
    line = Line(500)
    api = make(line)
    for _ in range(6):
        with pytest.raises(Unreachable):
            api.post("/x", {})
    line.answers = [200]

    assert api.post("/y", {})


def test_a_redirect_of_the_api_is_not_followed(make: Callable[[Line], Api]) -> None:
    with pytest.raises(ApiProblem):
        make(Line(302)).get("/x")


def test_whole_files_are_waited_for_longer_than_other_calls(
    make: Callable[[Line], Api], settings: PortalSettings
) -> None:
    line = Line(200)
    api = make(line)

    api.get("/x")
    api.download("/x")
    api.take("/x", {})
    api.hand_over("/x", b"PK", "application/zip", key="k")

    assert line.waits == [settings.gateway_timeout, PATIENCE, PATIENCE, PATIENCE]


def test_a_file_with_a_key_is_handed_over_again_after_a_fault(make: Callable[[Line], Api]) -> None:
    with_key, without = Line(502, 200), Line(502, 200)

    make(with_key).hand_over("/x", b"PK", "application/zip", key="k")
    with pytest.raises(Unreachable):
        make(without).hand_over("/x", b"PK", "application/zip", key="")

    assert (with_key.calls, without.calls) == (2, 1)


def test_calls_that_had_no_turn_in_time_are_dropped(settings: PortalSettings) -> None:
    gateway = Gateway(replace(settings, fan_out_threads=2), httpx.MockTransport(Line(200)))
    go, begun = threading.Event(), []

    def slow(number: int) -> int:
        begun.append(number)
        go.wait(10)
        return number

    parts = gateway.fan_out({f"p{n}": partial(slow, n) for n in range(6)}, 0.05)
    go.set()
    after = gateway.fan_out({"next": lambda: "at once"}, 5)

    assert {part.state for part in parts.values()} == {"late"}
    assert set(begun) <= {0, 1}
    assert (after["next"].state, after["next"].value) == ("ready", "at once")
