"""S04: each service has a database user of its own, who reads and writes its own database and no other."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from deploy.local.servers import SECANTUS, Mongo, free_port
from deploy.local.stack import DATABASE_USERS, SERVICES, tools

Client = MongoClient[dict[str, Any]]
OWN = "notifier"
NOT_AUTHORIZED = (13, 18)  # MongoDB's codes: no right, no such user.


class Given:
    """A real server at TEST_MONGODB_URI, whose administrator's password stands there: its users are made here."""

    def __init__(self, uri: str) -> None:
        self.uri = re.sub(r"//[^@/]*@", "//", uri)
        with Client(uri) as admin:
            for user in DATABASE_USERS:
                if user in (*SERVICES, "portal"):
                    known = {one["user"] for one in admin[user].command("usersInfo")["users"]}
                    role = [{"role": "readWrite", "db": user}]
                    what = "updateUser" if user in known else "createUser"
                    admin[user].command(what, user, pwd=f"pw/{user}", roles=role)

    def uri_for(self, user: str) -> str:
        """The address with the user's password."""
        whose = f"//{user}:{quote(f'pw/{user}', safe='')}@"
        base, _, options = self.uri.replace("//", whose, 1).partition("?")
        return f"{base.rpartition('/')[0]}/{user}?{options}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mongo | Given]:
    """A server with the users of the local stack, or the one at TEST_MONGODB_URI if it asks for passwords."""
    given = os.environ.get("TEST_MONGODB_URI", "")
    if "@" in given:
        yield Given(given)
        return
    made = Mongo(
        tmp_path_factory.mktemp("mongodb"),
        free_port(),
        tools(),
        {user: f"pw/{user}" for user in DATABASE_USERS},
    )
    if made.engine != SECANTUS:
        pytest.skip("Give an administrator's address of a server with passwords in TEST_MONGODB_URI.")
    made.start()
    yield made
    made.process.kill()


@pytest.fixture
def opened(server: Mongo | Given) -> Iterator[Callable[[str], Client]]:
    """Clients by user."""
    clients: list[Client] = []

    def client(uri: str) -> Client:
        clients.append(MongoClient(uri, serverSelectionTimeoutMS=5000))
        return clients[-1]

    yield lambda user: client(server.uri_for(user))
    for one in clients:
        one.close()


ATTEMPTS: dict[str, Callable[[Client, str], Any]] = {
    "read": lambda client, other: client[other]["users"].find_one({}),
    "count": lambda client, other: client[other]["users"].count_documents({}),
    "aggregate": lambda client, other: client[other]["users"].aggregate([{"$match": {}}]).to_list(),
    "write": lambda client, other: client[other]["users"].insert_one({"_id": "x"}),
    "write by aggregation": lambda client, other: (
        client[OWN]["users"].aggregate([{"$out": {"db": other, "coll": "users"}}]).to_list()
    ),
    "names of collections": lambda client, other: client[other].list_collection_names(),
    "drop": lambda client, other: client.drop_database(other),
    "names of databases": lambda client, _: client.admin.command("listDatabases", authorizedDatabases=False),
    "a right of one's own": lambda client, other: client[OWN].command(
        "createUser", "more", pwd="x", roles=[{"role": "readWrite", "db": other}]
    ),
}


@pytest.mark.parametrize("what", ATTEMPTS)
def test_s04_a_service_reaches_no_database_but_its_own(opened: Callable[[str], Client], what: str) -> None:
    client = opened(OWN)
    client[OWN]["users"].replace_one({"_id": "own"}, {}, upsert=True)

    with pytest.raises(OperationFailure) as refused:
        ATTEMPTS[what](client, "identity")

    assert refused.value.code in NOT_AUTHORIZED


@pytest.mark.parametrize("user", [*SERVICES, "portal"])
def test_s04_each_does_in_its_own_database_what_services_and_rebuilds_do(
    opened: Callable[[str], Client], user: str
) -> None:
    own = opened(user)[user]

    own.create_collection("rows__rebuild").create_index("at")
    own["rows__rebuild"].insert_one({"_id": "a"})
    own["rows__rebuild"].rename("rows", dropTarget=True)

    assert "rows" in own.list_collection_names()
    own.drop_collection("rows")


@pytest.mark.parametrize("whose", ["", "identity:wrong@"])
def test_s04_nobody_gets_in_without_the_password(server: Mongo | Given, whose: str) -> None:
    base, _, options = server.uri.replace("//", f"//{whose}", 1).partition("?")
    uri = f"{base.rpartition('/')[0]}/identity?{options}"

    with Client(uri, serverSelectionTimeoutMS=5000) as client, pytest.raises(OperationFailure) as refused:
        client["identity"]["users"].find_one({})

    assert refused.value.code in NOT_AUTHORIZED
