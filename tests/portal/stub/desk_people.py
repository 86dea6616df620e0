"""What administrators of people see: accounts, files of people, requests, units, roles, domains, the record."""

from __future__ import annotations

from typing import Any

import httpx

from tests.portal.stub.identity import DOMAINS, MDOS, POSITIONS
from tests.portal.stub.parts import NOW, items, names, nothing, problem, told

Body = dict[str, Any]
PATHS = {"m1": ["m1"], "m2": ["m2"], "d1": ["m1", "d1"], "o1": ["m1", "d1", "o1"]}


def account(user_id: str, name: str, email: str, status: str = "active", **more: Any) -> Body:
    """One account as identity lists it."""
    first, _, last = name.partition(" ")
    plain = {
        "link_state": "used",
        "last_login_at": NOW,
        "disabled_reason": None,
        "version": 3,
        "second_factor": False,
    }
    who = {"display_name": name, "first_name": first, "last_name": last, "email": email, "mdo_id": "o1"}
    return {
        "id": user_id,
        **who,
        "status": status,
        "position": POSITIONS[0],
        "roles": [],
        "created_at": NOW,
        **plain,
        **more,
    }


class DeskPeople:
    """Accounts of one organisation and what waits for its administrator."""

    def __init__(self, empty: bool = False) -> None:
        self.users = {
            "u1": account("u1", "आशा राव", "asha@bsnl.co.in", roles=[{"role": "MDO_ADMIN", "scope": "o1"}]),
            "u2": account(
                "u2", "बलजीत सिंह", "baljit@bsnl.co.in", "invited", link_state="expired", last_login_at=None
            ),
        }
        self.mdos = {
            one["id"]: {**one, "path": PATHS[one["id"]], "state": "active", "version": 2} for one in MDOS
        }
        self.registrations = (
            []
            if empty
            else [
                {
                    "id": "reg1",
                    "first_name": "चित्रा",
                    "last_name": "नायर",
                    "email": "chitra@dot.gov.in",
                    "mdo_id": "o1",
                    "position_id": "p2",
                    "position_text": None,
                    "created_at": NOW,
                }
            ]
        )
        self.names = (
            []
            if empty
            else [
                {
                    "id": "nc1",
                    "user_id": "u2",
                    "display_name": "बलजीत सिंह",
                    "first_name": "बलजीत",
                    "last_name": "सिंह गिल",
                    "mdo_id": "o1",
                    "reason": "विवाह के बाद नाम बदला",
                    "requested_at": NOW,
                    "status": "pending",
                }
            ]
        )
        self.batches: dict[str, Body] = {} if empty else {"b1": self._batch("b1", "दफ़्तर", "checked")}
        self.grants: dict[str, list[Body]] = {
            "u1": [
                {"id": "g1", "role": "MDO_ADMIN", "scope": "o1", "granted_at": NOW, "granted_by": "u1"},
                {"id": "g2", "role": "SPV_ADMIN", "scope": None, "granted_at": NOW, "granted_by": "u1"},
            ]
        }
        self.domains = [dict(one) for one in DOMAINS]
        self.asked = (
            []
            if empty
            else [
                {
                    "id": "dr1",
                    "name": "gov.in",
                    "include_subdomains": True,
                    "mode": "approval",
                    "reason": "नया विभाग",
                    "status": "pending",
                    "asked_by": "u2",
                    "asked_at": NOW,
                }
            ]
        )
        self.record = [
            {"id": "x1", "at": NOW, "who": "u1", "whom": "u2", "what": "role_granted", "result": "done",
             "correlation_id": "flow1", "detail": {}}
        ]  # fmt: skip

    def _batch(self, batch_id: str, name: str, state: str) -> Body:
        rows = [{"row": 2, "email": "asha@bsnl.co.in", "status": "new", "sentence": None, "user_id": None}]
        errors = [{"row": 3, "field": "mdo_id", "sentence": "ऐसी कोई इकाई नहीं है।"}]
        return {
            "id": batch_id, "name": name, "state": state, "created_at": NOW, "total": 2, "done": 0, "failed": 0,
            "diff": {"new": 1, "known": 0, "refused": 1}, "errors": errors, "rows": rows, "next_cursor": None,
        }  # fmt: skip

    def route(self, request: httpx.Request, path: str, body: Body) -> httpx.Response | None:
        """Answer one call of an administrator, or nothing when it is somebody else's."""
        match request.method, path.strip("/").split("/"):
            case _, ["users" | "invitations" | "people", *rest]:
                return self._people(request, rest, body, path)
            case _, ["bulk", *rest]:
                return self._bulk(request.method, rest, body)
            case "GET", ["registrations"]:
                return items(self.registrations)
            case "POST", ["registrations", user_id, "approve" | "deny" as what]:
                return self._decide("registrations", user_id, what, body)
            case "GET", ["name-changes"]:
                return items(self.names)
            case "POST", ["name-changes", change_id, what]:
                return self._decide("names", change_id, what, body)
            case _, ["mdos", *rest] if rest or request.method == "POST":
                return self._units(request, rest, body)
            case "GET", ["domains"]:
                return items(self.domains)
            case _, ["domains" | "domain-requests", *rest]:
                return self._domains(request.method, path, rest, body)
            case "GET", ["audit"]:
                return items(self.record)
            case "GET", ["audit.csv"]:
                return httpx.Response(200, text="at,what\n", headers={"Content-Type": "text/csv"})
        return None

    def _people(self, request: httpx.Request, rest: list[str], body: Body, path: str) -> httpx.Response:
        if path == "/people":
            return told({"people": {key: one for key, one in self.users.items() if key in body["ids"]}})
        if path == "/invitations":
            made = account(
                f"u{len(self.users) + 1}",
                f"{body['first_name']} {body['last_name']}",
                body["email"],
                "invited",
                link_state="waiting",
            )
            self.users[made["id"]] = made
            return told(made, 201)
        if not rest:
            words = request.url.params.get("q", "").lower()
            return items(
                [one for one in self.users.values() if words in (one["display_name"] + one["email"]).lower()]
            )
        found = self.users.get(rest[0])
        if found is None:
            return problem(404, "user_unknown")
        match request.method, rest[1:]:
            case "POST", ["disable" | "enable" as what]:
                found["status"] = "disabled" if what == "disable" else "active"
            case "POST", ["send-link"]:
                found["link_state"] = "waiting"
            case "GET", ["roles"]:
                return items(self.grants.get(rest[0], []))
            case "POST", ["roles"]:
                made = {
                    "id": f"g{len(self.grants.get(rest[0], [])) + 5}",
                    "scope": None,
                    **body,
                    "granted_at": NOW,
                    "granted_by": "u1",
                }
                self.grants.setdefault(rest[0], []).append(made)
                return told(made, 201)
            case "DELETE", ["roles", grant_id]:
                held = self.grants.get(rest[0], [])
                if any(one["id"] == grant_id and one["role"] == "SPV_ADMIN" for one in held):
                    return problem(409, "last_spv_admin", "The last administrator of the platform stays.")
                self.grants[rest[0]] = [one for one in held if one["id"] != grant_id]
                return nothing()
        return told(found)

    def _bulk(self, method: str, rest: list[str], body: Body) -> httpx.Response:
        match method, rest:
            case "GET", []:
                return items(list(self.batches.values()))
            case "POST", []:
                if "email" not in body["text"]:
                    return problem(
                        422,
                        "columns_not_valid",
                        "The first line names the columns.",
                        {"text": ["The first line names the columns."]},
                    )
                self.batches["b2"] = self._batch("b2", body["name"], "checked")
                return told(self.batches["b2"], 201)
        found = self.batches.get(rest[0])
        if found is None:
            return problem(404, "bulk_unknown")
        if rest[1:] == ["commit"]:
            if found["state"] != "checked":
                return problem(409, "bulk_state", "This file is done.")
            found |= {"state": "done", "done": 2}
        elif rest[1:] == ["undo"]:
            found |= {"state": "undone"}
        return told(found)

    def _decide(self, name: str, id_: str, what: str, body: Body) -> httpx.Response:
        things: list[Body] = getattr(self, name)
        found = [one for one in things if one["id"] == id_]
        if not found:
            return problem(409, "already_decided", "Somebody decided this already.")
        if what in ("deny", "decline") and not body.get("reason"):
            return problem(422, "fields_not_valid", "", {"reason": ["Shorter than minimum length 1."]})
        setattr(self, name, [one for one in things if one["id"] != id_])
        return told({"id": id_, "state": what})

    def _units(self, request: httpx.Request, rest: list[str], body: Body) -> httpx.Response:
        if rest == ["tree"]:
            return items(list(self.mdos.values()))
        if not rest:
            parent = self.mdos.get(body.get("parent_id") or "", {"path": []})
            made = {
                "state": "active",
                "version": 1,
                "parent_id": None,
                **body,
                "path": [*parent["path"], body["id"]],
            }
            self.mdos[body["id"]] = made
            return told(made, 201)
        found = self.mdos.get(rest[0])
        if found is None:
            return problem(404, "mdo_unknown")
        if request.method == "PATCH":
            if request.headers.get("If-Match") != f'"{found["version"]}"':
                return problem(409, "changed_elsewhere", current=found)
            found |= {**body, "version": found["version"] + 1}
        elif rest[1:]:
            found["state"] = "suspended" if rest[1] == "suspend" else "active"
        return told(found)

    def _domains(self, method: str, path: str, rest: list[str], body: Body) -> httpx.Response:
        if path == "/domain-requests" and method == "GET":
            return items(self.asked)
        if path == "/domain-requests":
            made = {
                "id": f"dr{len(self.asked) + 1}",
                "status": "pending",
                "asked_by": "u1",
                "asked_at": NOW,
                **body,
            }
            self.asked.append(made)
            return told(made, 201)
        if method == "DELETE":
            self.domains = [one for one in self.domains if one["name"] != rest[0]]
            return nothing()
        found = next((one for one in self.asked if one["id"] == rest[0]), None)
        if found is None:
            return problem(404, "request_unknown")
        if found["asked_by"] == "u1" and rest[1] == "approve":
            return problem(403, "own_request", "Somebody else decides.")
        found["status"] = "approved" if rest[1] == "approve" else "declined"
        if rest[1] == "approve":
            self.domains.append({name: found[name] for name in ("name", "include_subdomains", "mode")})
        return told(found)


def step(service: str, what: str) -> Body:
    """One step of a flow."""
    return {"at": NOW, "service": service, "what": what, "subject": "u2", "outcome": "done"}


MESSAGE = {
    "id": "msg1", "type": "identity.UserRegistered.v1", "user_id": "identity", "reason": "handler_failed",
    "error": "KeyError", "attempt": 5, "first_failed_at": NOW, "headers": {}, "body": '{"id": "msg1"}',
}  # fmt: skip


class DeskOps:
    """The operators' console, alike for each service."""

    def __init__(self, empty: bool = False) -> None:
        self.messages = [] if empty else [dict(MESSAGE)]
        self.orders: dict[str, Body] = {}

    def route(self, request: httpx.Request, service: str, path: str, body: Body) -> httpx.Response | None:
        """Answer one call of an operator."""
        match request.method, path.strip("/").split("/"):
            case "GET", ["ops", "health"]:
                outbox = {"pending": 0, "oldest_seconds": 0.0, "halted": []}
                queues = {service: 0, f"{service}.parked": len(self.messages), f"{service}.dead": 0}
                return told(
                    {
                        "service": service,
                        "outbox": outbox,
                        "queues": queues,
                        "freshness": {"identity.UserRegistered": 3.0},
                        "worker_seen_seconds": 2.0,
                    }
                )
            case "GET", ["ops", "timeline", ref]:
                return items([step(service, "registered")] if ref == "flow1" else [])
            case "GET", ["ops", "messages"]:
                return told({"items": self.messages, "seen_at": NOW, "order": "or0"})
            case "POST", ["ops", "commands"]:
                if body["do"] in ("drop", "edit") and len(body.get("reason", "").strip()) < 3:
                    return problem(422, "reason_missing", "Say why.", {"reason": ["Say why."]})
                made = {
                    **body,
                    "id": f"or{len(self.orders) + 1}",
                    "state": "done",
                    "result": 1,
                    "asked_by": "u1",
                    "asked_at": NOW,
                }
                self.orders[made["id"]] = made
                return told(made, 202)
            case "GET", ["ops", "commands", order_id]:
                return told(
                    {
                        **self.orders.get(
                            order_id, {"do": "replay", "shelf": "parked", "message_id": "msg1"}
                        ),
                        "id": order_id,
                        "state": "done",
                        "result": 1,
                    }
                )
            case "GET", ["deliveries"]:
                return items(
                    [
                        {
                            "id": "de1",
                            "kind": "set_password",
                            "state": "failed",
                            "created_at": NOW,
                            "done_at": NOW,
                            "smtp": {"code": 550, "text": "no such user"},
                        }
                    ]
                )
        return None


__all__ = ["MESSAGE", "DeskOps", "DeskPeople", "names"]
