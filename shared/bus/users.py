"""The users of the broker and exactly their rights, by the management API; run by whoever sets a broker up."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from shared.bus.topology import permissions

Api = Callable[..., Any]


def apply_rights(api: Api, vhost: str, passwords: Mapping[str, str], admin: str) -> None:
    """Create the vhost and those users that have a password; `guest` goes; `api(method, path, body)` calls."""
    place = urllib.parse.quote(vhost, safe="")
    api("PUT", f"/api/vhosts/{place}", None)
    api("PUT", f"/api/permissions/{place}/{admin}", {"configure": ".*", "write": ".*", "read": ".*"})
    if any(one["name"] == "guest" for one in api("GET", "/api/users", None)):
        api("DELETE", "/api/users/guest", None)
    for one in permissions():
        if one.user not in passwords:
            continue
        tags = ",".join(one.tags)
        api("PUT", f"/api/users/{one.user}", {"password": passwords[one.user], "tags": tags})
        rights = {"configure": one.configure, "write": one.write, "read": one.read}
        api("PUT", f"/api/permissions/{place}/{one.user}", rights)
        topic = {"exchange": one.topic_exchange, "write": one.topic_write, "read": one.topic_read}
        api("PUT", f"/api/topic-permissions/{place}/{one.user}", topic)


def management(url: str, user: str, password: str) -> Api:
    """A caller of the management API at `url`; httpx.HTTPStatusError when it refuses."""
    client = httpx.Client(base_url=url, auth=(user, password), timeout=10, trust_env=False)

    def call(method: str, path: str, body: Any) -> Any:
        answer = client.request(method, path, json=body).raise_for_status()
        return answer.json() if answer.content else None

    return call
