"""How far one's people are: figures by unit, course and person."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.exceptions import NotFound

from portal.calls import mandates
from portal.gateway import Api, ApiProblem
from portal.guards import needs, person
from portal.views.answers import Page, optional, shown
from portal.views.desk import names_of, unit_choices, units_of
from portal.views.mdo import pages

NOBODY = {"people": 0, "enrolled": 0, "in_progress": 0, "completed": 0, "hours": 0}


def _unit(api: Api) -> tuple[str, list[tuple[str, str]]]:
    """The unit asked for, else the first that one looks after."""
    choices = unit_choices(api)
    asked = request.args.get("mdo_id", "")[:64] or (choices[0][0] if choices else "")
    if asked not in dict(choices):
        raise NotFound
    return asked, choices


def _found(api: Api, mdo_id: str, cursor: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The figures and the people of a unit; none of either where nobody has begun anything yet."""
    try:
        found = mandates.figures(api, mdo_id)
    except ApiProblem as problem:
        if problem.status != 404:
            raise
        return dict(NOBODY), {"items": []}
    return found, optional(lambda: mandates.figures_of_people(api, mdo_id, cursor), None)


@pages.get("/progress")
@needs("mdo")
def figures() -> Page:
    """Figures of a unit with all below it; each table stands beside its drawing."""
    api = person()
    mdo_id, choices = _unit(api)
    cursor = request.args.get("cursor", "")
    found, rows = _found(api, mdo_id, cursor)
    who = names_of(api, [row["user_id"] for row in (rows or {}).get("items", [])])
    return shown(
        "mdo/progress.html",
        found=found,
        rows=rows,
        who=who,
        mdo_id=mdo_id,
        choices=choices,
        units=units_of(api),
    )


@pages.get("/progress.csv")
@needs("mdo")
def figures_csv() -> Response:
    """The figures as a table."""
    api = person()
    mdo_id, _choices = _unit(api)
    file = mandates.figures_csv(api, mdo_id)
    answer = Response(file.body, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="progress-{mdo_id}.csv"'
    return answer
