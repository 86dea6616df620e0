"""People as others see them: a name from identity's directory, position and unit from the projections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from services.community.clients import Directory
from services.community.store import Store

Document = dict[str, Any]


def people_out(store: Store, directory: Directory, ids: Iterable[str | None]) -> dict[str | None, Document]:
    """PersonOut of each of these people by id; under None whoever was erased."""
    wanted = list(dict.fromkeys(one for one in ids if one))
    known = store.people.by_ids(wanted)
    positions = store.dictionary.by_ids("positions", (row.get("position_id") for row in known.values()))
    units = store.people.units(row.get("mdo_id") for row in known.values())
    names = directory.names(wanted)
    found: dict[str | None, Document] = {
        id_: {
            "id": id_,
            "name": names.get(id_),
            "position": named(positions, known.get(id_, {}).get("position_id")),
            "mdo": named(units, known.get(id_, {}).get("mdo_id")),
        }
        for id_ in wanted
    }
    return found | {None: {"id": None, "name": None, "position": None, "mdo": None}}


def named(rows: Mapping[str, Document], id_: str | None) -> Document | None:
    """An entry of the dictionary or a unit with its name; the id stands for a name that is not known here."""
    if id_ is None:
        return None
    return {"id": id_, "name": rows.get(id_, {}).get("name") or {"en": id_, "hi": id_}}
