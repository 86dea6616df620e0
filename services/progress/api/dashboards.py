"""Dashboards: the own numbers, those of a unit and all below it, those of the platform; as JSON and CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import Response

from services.progress.queries.dashboards import (
    export_rows,
    people_rows,
    report_of,
    require_unit,
    summary,
    summary_rows,
    unit_report,
)
from services.progress.rules.reports import csv_text
from services.progress.schemas.dashboards import LearnerRowsOut, SummaryOut, UnitReportOut
from services.progress.store import Store
from shared.auth import allow, principal
from shared.mongo import utcnow
from shared.paging import PageIn
from shared.web import Blueprint

Document = dict[str, Any]
ADMINS = ("MDO_ADMIN", "SPV_ADMIN")
OWN = (
    "course_id",
    "title",
    "cycle",
    "status",
    "percent",
    "enrolled_at",
    "completed_at",
    "hours",
    "certificate",
)
UNIT = ("unit", "kind", "id", "title", "people", "in_progress", "completed", "overdue", "hours")


def dashboards_blueprint(store: Store, clock: Callable[[], datetime] = utcnow) -> Blueprint:
    """The routes of dashboards."""
    blueprint = Blueprint("dashboards", __name__, description="Dashboards and reports")

    @blueprint.route("/v1/summary/me")
    @blueprint.response(200, SummaryOut)
    @allow()
    def my_summary() -> Document:
        """The person's numbers: courses, hours, mandates, certificates, competencies, months."""
        return summary(store, principal().user_id, clock())

    @blueprint.route("/v1/summary/me.csv")
    @blueprint.response(200, content_type="text/csv")
    @allow()
    def my_file() -> Response:
        """The person's courses as a file for spreadsheets."""
        return _csv("my-learning.csv", OWN, summary_rows(store, principal().user_id))

    @blueprint.route("/v1/analytics/mdos/<mdo_id>")
    @blueprint.response(200, UnitReportOut)
    @allow(*ADMINS)
    def unit_numbers(mdo_id: str) -> Document:
        """The numbers of a unit and all below it, with a forecast for each mandate."""
        require_unit(store, mdo_id, principal())
        return unit_report(store, mdo_id, clock())

    @blueprint.route("/v1/analytics/mdos/<mdo_id>/people")
    @blueprint.arguments(PageIn, location="query")
    @blueprint.response(200, LearnerRowsOut)
    @allow(*ADMINS)
    def unit_people(query: Document, mdo_id: str) -> Document:
        """The people of a unit and below, page by page, with what each of them did."""
        require_unit(store, mdo_id, principal())
        return people_rows(store, mdo_id, clock(), query)

    @blueprint.route("/v1/analytics/mdos/<mdo_id>/export.csv")
    @blueprint.response(200, content_type="text/csv")
    @allow(*ADMINS)
    def unit_file(mdo_id: str) -> Response:
        """The numbers by unit and course and by unit and mandate, as a file for spreadsheets."""
        require_unit(store, mdo_id, principal())
        return _csv("report.csv", UNIT, export_rows(store, mdo_id, clock()))

    @blueprint.route("/v1/analytics/platform")
    @blueprint.response(200, UnitReportOut)
    @allow("SPV_ADMIN")
    def platform_numbers() -> Document:
        """The numbers of the whole platform."""
        return report_of(store, store.tallies.all(), clock())

    return blueprint


def _csv(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    answer = Response(csv_text(header, rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
