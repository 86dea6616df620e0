"""Calls to catalog: search, browsing, courses, modules, ratings, recommendations."""

from __future__ import annotations

from typing import Any

from portal.gateway import Api

_V1 = "/api/catalog/v1"


def search(api: Api, query: dict[str, str | list[str]]) -> dict[str, Any]:
    """Search with facets; an empty query lists everything."""
    return api.get(f"{_V1}/search", **query)


def browse(api: Api, kind: str) -> list[dict[str, Any]]:
    """Topics, competencies or providers with their number of courses."""
    return list(api.get(f"{_V1}/browse/{kind}").get("items", []))


def featured(api: Api) -> list[dict[str, Any]]:
    """Courses shown to guests."""
    return list(api.get(f"{_V1}/courses", featured="1").get("items", []))


def newest(api: Api) -> list[dict[str, Any]]:
    """Courses added last."""
    return list(api.get(f"{_V1}/courses", sort="new").get("items", []))


def by_interests(api: Api) -> list[dict[str, Any]]:
    """Courses of the person's topics."""
    return list(api.get(f"{_V1}/courses", interests="me").get("items", []))


def trending(api: Api) -> list[dict[str, Any]]:
    """Courses many people take now."""
    return list(api.get(f"{_V1}/trending").get("items", []))


def cards(api: Api, ids: list[str]) -> dict[str, dict[str, Any]]:
    """Cards of these courses by id."""
    if not ids:
        return {}
    items = api.get(f"{_V1}/courses", ids=",".join(ids)).get("items", [])
    return {str(card["id"]): card for card in items}


def course(api: Api, course_id: str, version: int | None = None) -> dict[str, Any]:
    """One course with its outline."""
    return api.get(f"{_V1}/courses/{course_id}", version=str(version or ""))


def module(api: Api, course_id: str, module_id: str, version: int | None = None) -> dict[str, Any]:
    """One module with its resources and their signed addresses."""
    return api.get(f"{_V1}/courses/{course_id}/modules/{module_id}", version=str(version or ""))


def viewed(api: Api, course_id: str) -> None:
    """Note that the person looked at a course."""
    api.post(f"{_V1}/courses/{course_id}/views", {})


def ratings(api: Api, course_id: str, stars: str = "", cursor: str = "") -> dict[str, Any]:
    """Average, spread and reviews."""
    return api.get(f"{_V1}/courses/{course_id}/ratings", stars=stars, cursor=cursor)


def my_rating(api: Api, course_id: str) -> dict[str, Any]:
    """The person's own rating."""
    return api.get(f"{_V1}/courses/{course_id}/ratings/me")


def rate(api: Api, course_id: str, stars: int, text: str) -> dict[str, Any]:
    """Rate and review; a second time replaces the first."""
    return api.put(f"{_V1}/courses/{course_id}/ratings/me", {"stars": stars, "text": text})


def delete_rating(api: Api, course_id: str) -> None:
    """Take the own rating back."""
    api.delete(f"{_V1}/courses/{course_id}/ratings/me")


def report_review(api: Api, review_id: str, reason: str, note: str) -> None:
    """Report somebody's review to the moderators."""
    body = {"reason": reason} | ({"note": note} if note else {})
    api.post(f"{_V1}/reviews/{review_id}/reports", body)


def recommendations(api: Api, limit: int = 6) -> list[dict[str, Any]]:
    """Courses for the person, each with its reasons."""
    return list(api.get(f"{_V1}/recommendations/me", limit=str(limit)).get("items", []))


def not_relevant(api: Api, course_id: str) -> None:
    """Do not recommend this course to the person."""
    api.post(f"{_V1}/recommendations/me/{course_id}/not-relevant", {})


def relevant_again(api: Api, course_id: str) -> None:
    """Undo that."""
    api.delete(f"{_V1}/recommendations/me/{course_id}/not-relevant")


def preferences(api: Api) -> dict[str, Any]:
    """Whether what the person looks at counts for recommendations."""
    return api.get(f"{_V1}/preferences/me")


def count_browsing(api: Api, counts: bool) -> None:
    """Let it count or not; switching off forgets what was counted."""
    api.put(f"{_V1}/preferences/me", {"browsing": counts})
