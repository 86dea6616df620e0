"""The five Grafana dashboards, made from a table: title, panels, queries."""

from __future__ import annotations

import json
from typing import Any

Panel = tuple[str, str, list[str]]
BOARDS: dict[str, tuple[str, list[Panel]]] = {
    "overview": ("Karmayogi: overview", [
        ("Requests per second by service", "reqps", ["sum by (service) (rate(http_requests_total[$__rate_interval]))"]),
        ("Share of 5xx", "percentunit", [
            'sum by (service) (rate(http_requests_total{status=~"5.."}[$__rate_interval])) / sum by (service) (rate(http_requests_total[$__rate_interval]))']),
        ("p95 of requests", "s", ["histogram_quantile(0.95, sum by (le, service) (rate(http_request_seconds_bucket[$__rate_interval])))"]),
        ("Oldest unsent event", "s", ["max by (service) (outbox_oldest_seconds)"]),
        ("Messages that need a person", "short", ['max by (queue) (rabbitmq_detailed_queue_messages_ready{queue=~".*[.](dead|parked)"})']),
        ("Oldest due mail", "s", ["max(mail_oldest_due_seconds)"]),
    ]),
    "services": ("Karmayogi: rate, errors, duration by route", [
        ("Rate", "reqps", ['sum by (route, method) (rate(http_requests_total{service="$service"}[$__rate_interval]))']),
        ("Errors", "reqps", ['sum by (route, status) (rate(http_requests_total{service="$service",status=~"[45].."}[$__rate_interval]))']),
        ("p50, p95, p99", "s", [
            f'histogram_quantile({q}, sum by (le) (rate(http_request_seconds_bucket{{service="$service"}}[$__rate_interval])))' for q in (0.5, 0.95, 0.99)]),
        ("CPU", "short", ["rate(process_cpu_seconds_total[$__rate_interval])"]),
        ("Memory", "bytes", ["process_resident_memory_bytes"]),
    ]),
    "messaging": ("Karmayogi: outbox and messages", [
        ("Published by result", "ops", ["sum by (service, result) (rate(relay_published_total[$__rate_interval]))"]),
        ("Handled by outcome", "ops", ["sum by (service, outcome) (rate(bus_handled_total[$__rate_interval]))"]),
        ("Event to effect, p50 and p99", "s", [
            f"histogram_quantile({q}, sum by (le, service) (rate(bus_lag_seconds_bucket[$__rate_interval])))" for q in (0.5, 0.99)]),
        ("Handler time, p95 by type", "s", ["histogram_quantile(0.95, sum by (le, type) (rate(bus_handler_seconds_bucket[$__rate_interval])))"]),
        ("Waiting in outboxes", "short", ["max by (service) (outbox_pending)"]),
        ("Halted aggregates", "short", ["max by (service) (outbox_dead)"]),
        ("Active relays", "short", ["sum by (service) (relay_active)"]),
        ("Depth of queues", "short", ["max by (queue) (rabbitmq_detailed_queue_messages_ready)"]),
    ]),
    "funnel": ("Karmayogi: from registration to certificate", [
        ("Events per hour by type", "short", [
            'sum by (type) (increase(relay_published_total{result="confirmed",type=~"identity.UserRegistered.v1|identity.PasswordSet.v1|onboarding.ProfileCompleted.v1|progress.Enrolled.v1|progress.CourseCompleted.v1|progress.CertificateIssued.v1"}[1h]))']),
        ("Mails by state", "ops", ["sum by (kind, state) (rate(deliveries_total[$__rate_interval]))"]),
        ("Answers of the mail server", "ops", ["sum by (class) (rate(smtp_answers_total[$__rate_interval]))"]),
        ("Sign-ins by answer", "ops", ['sum by (status) (rate(http_requests_total{service="identity",route="/v1/auth/token"}[$__rate_interval]))']),
    ]),
    "platform": ("Karmayogi: broker and database", [
        ("Workers connected to the broker", "short", ["sum by (service) (bus_connected)"]),
        ("Blocked or paused", "short", ["max by (service) (bus_blocked)", "max by (service, dependency) (bus_paused)"]),
        ("Consumers by queue", "short", ["max by (queue) (rabbitmq_detailed_queue_consumers)"]),
        ("Time of one relay round, p95", "s", ["histogram_quantile(0.95, sum by (le, service) (rate(relay_confirm_seconds_bucket[$__rate_interval])))"]),
    ]),
}  # fmt: skip
SERVICES = ("identity", "onboarding", "catalog", "progress", "notifier", "community")


def board(uid: str) -> str:
    """One dashboard as Grafana's JSON."""
    title, panels = BOARDS[uid]
    made = {
        "uid": f"karmayogi-{uid}", "title": title, "schemaVersion": 39, "tags": ["karmayogi"], "editable": False,
        "time": {"from": "now-6h", "to": "now"}, "refresh": "30s", "timezone": "browser",
        "templating": {"list": _variables()}, "panels": [_panel(n, one) for n, one in enumerate(panels)],
    }  # fmt: skip
    return json.dumps(made, indent=1) + "\n"


def _variables() -> list[dict[str, Any]]:
    return [
        {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Data source"},
        {"name": "service", "type": "custom", "query": ",".join(SERVICES), "label": "Service"},
    ]


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    title, unit, queries = panel
    source = {"type": "prometheus", "uid": "${datasource}"}
    return {
        "id": number + 1, "type": "timeseries", "title": title, "datasource": source,
        "gridPos": {"h": 8, "w": 12, "x": 12 * (number % 2), "y": 8 * (number // 2)},
        "fieldConfig": {"defaults": {"unit": unit}, "overrides": []},
        "targets": [{"refId": "ABCDEF"[n], "expr": expr, "datasource": source} for n, expr in enumerate(queries)],
    }  # fmt: skip
