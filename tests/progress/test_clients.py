"""What happens when catalog answers, answers nonsense, or does not answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, jsonify, request
from werkzeug.serving import make_server

from services.progress.clients import catalog_bundles
from services.progress.rules import ProgressSettings
from shared.errors import Unavailable
from tests.progress.world import bundle
from tests.service_kit import KEYS


class Neighbours:
    """Identity's token route and catalog's bundle route in one small server."""

    def __init__(self) -> None:
        self.app, self.tokens, self.answer = Flask("neighbours"), 0, bundle()

        @self.app.post("/internal/v1/token")
        def token() -> Any:
            self.tokens += 1
            assert request.json == {"caller": "progress", "secret": "s", "audience": "catalog"}
            return jsonify(access_token=f"t{self.tokens}", expires_in=300)

        @self.app.get("/internal/v1/assessment-bundles/<course>/<version>")
        def bundles(course: str, version: str) -> Any:
            if request.headers["Authorization"] != "Bearer t2":
                return {}, 401
            return jsonify(self.answer)


@pytest.fixture
def neighbours() -> Iterator[tuple[Neighbours, str]]:
    made = Neighbours()
    server = make_server("127.0.0.1", 0, made.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def client(url: str) -> Any:
    settings = ProgressSettings(
        service="progress", identity_credential="s", badge_keys=KEYS, catalog_url=url, identity_url=url
    )
    return catalog_bundles(settings)


def test_the_questions_come_with_the_services_own_token_renewed_once(neighbours: Any) -> None:
    made, url = neighbours

    found = client(url).of("procurement", 1)

    assert (found, made.tokens) == (bundle(), 2)


@pytest.mark.parametrize("answer", [{}, [], {"course_id": "other", "version": 1, "assessments": []}])
def test_nonsense_is_as_good_as_no_answer(neighbours: Any, answer: Any) -> None:
    made, url = neighbours
    made.answer = answer

    with pytest.raises(Unavailable):
        client(url).of("procurement", 1)


def test_without_catalog_one_is_asked_to_come_back() -> None:
    with pytest.raises(Unavailable) as caught:
        client("http://127.0.0.1:1").of("procurement", 1)

    assert (caught.value.slug, caught.value.retry_after) == ("catalog_unavailable", 5)
