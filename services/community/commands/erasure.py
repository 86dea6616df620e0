"""Forget an erased person, noun by noun."""

from __future__ import annotations

from datetime import datetime

from services.community.commands.counting import recount_whole
from services.community.commands.registrations import count_session, fill_seats
from services.community.rules import CommunitySettings
from services.community.store import Store


def forget_person(store: Store, settings: CommunitySettings, user_id: str, now: datetime) -> None:
    """Empty and drop what is held of a person; repeating it changes nothing."""
    store.people.erase(user_id)
    for thread_id in store.discuss.forget(user_id):
        recount_whole(store, settings, thread_id)
    for session_id in store.sessions.forget(user_id):
        session = store.sessions.sessions.get(session_id)
        if session is not None:
            fill_seats(store, session, now)
            count_session(store, session_id)
    store.network.forget(user_id)
    store.career.forget(user_id)
    store.database["exports"].delete_many({"user_id": user_id})
