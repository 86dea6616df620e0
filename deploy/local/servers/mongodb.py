"""A MongoDB-compatible server as a private process."""

from __future__ import annotations

import contextlib
import os
import shutil
import urllib.parse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.local.servers.process import Failed, Process, require_free, wait_until

SECANTUS = "SecantusDB==0.7.0b3"


class Mongo:
    """`mongod` or `secantusd-rs` from the path, else the stand-in from its own environment.

    With `users`, passwords by the name of a user that is a database's name too, the stand-in lets each user
    into its own database only, and `root` into all (docs/decisions/0077). The others know no users here.
    """

    def __init__(self, folder: Path, port: int, tools: Path, users: Mapping[str, str] | None = None) -> None:
        self.port, self.folder = port, folder
        # The stand-in has no other member to fail over to, and a retryable write costs it a second one.
        self.uri = f"mongodb://127.0.0.1:{port}/?directConnection=true&retryWrites=false"
        command, self.engine = self._command(folder / "data", tools)
        self.process = Process("mongodb", command, folder, {"PATH": os.environ["PATH"], "HOME": str(folder)})
        self._users = dict(users or {}) if self.engine == SECANTUS else {}

    def uri_for(self, user: str) -> str:
        """The address for one user; the same for everybody where there are no users."""
        if user not in self._users:
            return self.uri
        database = "admin" if user == "root" else user
        place = f"{user}:{urllib.parse.quote(self._users[user], safe='')}@127.0.0.1:{self.port}/{database}"
        return self.uri.replace(f"127.0.0.1:{self.port}/", place)

    def _command(self, data: Path, tools: Path) -> tuple[list[str], str]:
        if found := shutil.which("mongod"):
            self.uri = f"mongodb://127.0.0.1:{self.port}/?replicaSet=rs0&directConnection=true"
            place = ["--bind_ip", "127.0.0.1", "--port", str(self.port), "--dbpath", str(data)]
            return [found, *place, "--replSet", "rs0"], "mongod"
        if found := shutil.which("secantusd-rs"):
            program, engine = found, "SecantusDB (Rust)"
        else:
            program, engine = str(tools / "secantus" / "bin" / "secantusd-py"), SECANTUS
        place = ["--host", "127.0.0.1", "--port", str(self.port), "--storage-path", str(data)]
        return [program, *place, "--sync-on-commit"], engine

    def start(self) -> None:
        """Start and wait until it answers."""
        require_free(self.port, "MongoDB")
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        made = self.folder / "users"
        if self._users and not made.exists():
            self._make_users()
            made.touch()
        if self._users:
            self.process.command = [*self.process.command, "--auth"]
        self.process.start()
        self.wait()

    def _make_users(self) -> None:
        """The stand-in takes users only while it asks for none; it is stopped gently, or it forgets them."""
        import pymongo

        self.process.start()
        self.wait()
        with pymongo.MongoClient[dict[str, Any]](self.uri) as client:
            for user, password in self._users.items():
                role = "root" if user == "root" else "readWrite"
                database = "admin" if user == "root" else user
                client[database].command(
                    "createUser", user, pwd=password, roles=[{"role": role, "db": database}]
                )
        self.process.stop()

    def wait(self) -> None:
        """Wait until it answers a ping; a fresh replica set is initiated."""
        import pymongo
        from pymongo.errors import OperationFailure, PyMongoError

        def answers() -> bool:
            if self.process.exit_code() is not None:
                raise Failed(f"The database ended at once; see {self.process.log}.")
            plain = f"mongodb://127.0.0.1:{self.port}/?directConnection=true"
            try:
                with pymongo.MongoClient[dict[str, Any]](plain, serverSelectionTimeoutMS=500) as client:
                    client.admin.command("ping")
                    if self.engine == "mongod":
                        with contextlib.suppress(OperationFailure):
                            client.admin.command("replSetInitiate", {"_id": "rs0"})
                        return bool(client.admin.command("hello").get("isWritablePrimary"))
                return True
            except PyMongoError:
                return False

        wait_until(answers, 90, f"The database does not come up; see {self.process.log}.")

    def stop(self) -> None:
        """Stop it gently."""
        self.process.stop()
