"""Scheduled work of community."""

from __future__ import annotations

from services.community.commands.counting import recount
from services.community.commands.discuss import tell_more_followers
from services.community.commands.registrations import call_off, remind, settle_seats
from services.community.rules import CommunitySettings
from services.community.store import Store
from shared.mongo import utcnow
from shared.schedule import Job


def jobs(store: Store, settings: CommunitySettings) -> tuple[Job, ...]:
    """The jobs of the worker."""
    return (
        Job("tell_followers", settings.followers_every, lambda _: _all_told(store)),
        Job("seats", settings.seats_every, lambda _: _seated(store)),
        Job("reminders", settings.reminders_every, lambda _: _reminded(store)),
        Job("recount", settings.recount_every, lambda _: _counted(store, settings), lease=3600.0),
    )


def _all_told(store: Store) -> None:
    while tell_more_followers(store):
        pass


def _counted(store: Store, settings: CommunitySettings) -> None:
    recount(store, settings)


def _seated(store: Store) -> None:
    settle_seats(store, utcnow())


def _reminded(store: Store) -> None:
    remind(store, utcnow())
    call_off(store)
