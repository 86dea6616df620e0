"""The sending loop: claims what is due in bulk, sends in threads, writes outcomes in bulk."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any

from prometheus_client import Counter, Gauge

from services.notifier.clients import MailContexts, NotAllowed, NotDue, NotNow
from services.notifier.commands import Outcome, settle
from services.notifier.mailer import Mailer, Ours, Renderer, SMTPFailure
from services.notifier.queries.notices import digest_lines, texts_about
from services.notifier.rules import LOCALES, Bucket, NotifierSettings, scrubbed
from services.notifier.store import Store, StoreFailed
from shared import log, telemetry
from shared.errors import Refused
from shared.log import Context, bound
from shared.mongo import utcnow

OLDEST = Gauge("mail_oldest_due_seconds", "How long the oldest due mail has been waiting.")
PAUSED = Gauge(
    "mail_paused", "1 while sending is paused for a fault of our own; raises an alarm.", ["reason"]
)
ANSWERS = Counter("smtp_answers_total", "Answers of the mail server.", ["class"])
Document = dict[str, Any]


class LeaseLost(Exception):
    """The lease ran out before the mail left: another process may have it."""


class Sender:
    """A loop of the worker; several may run, each mail is claimed by one."""

    name = "sender"

    def __init__(
        self,
        store: Store,
        settings: NotifierSettings,
        contexts: MailContexts,
        mailer: Mailer,
        failpoint: Callable[[str], None] = lambda name: None,
        clock: Callable[[], datetime] = utcnow,
    ) -> None:
        self._store, self._settings, self._contexts = store, settings, contexts
        self._mailer, self._failpoint, self._clock = mailer, failpoint, clock
        self._renderer = Renderer(settings)
        self._owner = secrets.token_hex(8)
        self._running: dict[str, tuple[Document, Future[Outcome]]] = {}
        self._ended: list[Outcome] = []
        self._leased_until = self._renewed_at = self._paused_until = 0.0
        self._probing = False
        self._bucket = Bucket(
            settings.send_rate_most, settings.send_rate_least, settings.send_rate_recovery, time.monotonic()
        )

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Send what is due until told to stop; what could not be sent by then is given back."""
        pool = ThreadPoolExecutor(self._settings.send_threads, "sender")
        try:
            while not stop.is_set():
                wake.wait(self._settings.send_gather if self._running else self._settings.send_sweep)
                wake.clear()
                try:
                    self.turn(pool, wake)
                except StoreFailed as error:
                    log.get(__name__).warning("ledger not reached", extra={"error": type(error).__name__})
                    stop.wait(self._settings.send_sweep)
        finally:
            self._finish(pool)

    def turn(self, pool: ThreadPoolExecutor, wake: threading.Event) -> None:
        """Write what has ended, keep the leases, start what is due."""
        self._settle()
        self._renew()
        if time.monotonic() < self._paused_until or len(self._running) > self._settings.send_claim // 2:
            return
        room = min(self._settings.send_claim - len(self._running), self._bucket.room(time.monotonic()))
        if self._probing:
            room = min(room, 1 - len(self._running))
        if room <= 0:
            return
        claimed = self._claim(room)
        self._bucket.take(len(claimed))
        for delivery in claimed:
            future = pool.submit(self._deliver, delivery)
            self._running[delivery["_id"]] = (delivery, future)
            future.add_done_callback(lambda _: self._one_ended(wake))
        if len(claimed) == room:
            wake.set()

    def _one_ended(self, wake: threading.Event) -> None:
        """Wake the loop when enough ended to be written with one statement, or when nothing is on its way."""
        ended = sum(future.done() for _, future in list(self._running.values()))
        if ended >= self._settings.send_claim // 4 or ended >= len(self._running):
            wake.set()

    def _claim(self, room: int) -> list[Document]:
        now, began = self._clock(), time.monotonic()
        found = self._store.due(now, room)
        due = [one for one in found if one["_id"] not in self._running]
        OLDEST.set((now - due[0]["next_at"]).total_seconds() if due else 0)
        if not due:
            return []
        ours = self._store.claim([one["_id"] for one in due], self._owner, now, self._settings.send_lease)
        lease = began + self._settings.send_lease
        self._leased_until = min(self._leased_until, lease) if self._running else lease
        return [one for one in due if one["_id"] in ours]

    def _renew(self) -> None:
        now = time.monotonic()
        third = self._settings.send_lease / 3
        if not self._running or self._leased_until - now > 2 * third:
            return
        self._store.renew(self._running, self._owner, self._clock(), self._settings.send_lease)
        self._leased_until = now + self._settings.send_lease

    def _settle(self) -> None:
        for id_ in [id_ for id_, (_, future) in self._running.items() if future.done()]:
            delivery, future = self._running.pop(id_)
            self._ended.append(self._outcome(delivery, future))
        if self._ended:
            settle(self._store, self._settings, self._ended, self._owner, self._clock())
            self._failpoint("notif.after_mark")
            self._ended.clear()

    def _outcome(self, delivery: Document, future: Future[Outcome]) -> Outcome:
        error = None if future.cancelled() else future.exception()
        if future.cancelled() or isinstance(error, LeaseLost):
            return Outcome(delivery, "given_back")
        if error is not None:
            log.get(__name__).error("mail not made", extra={"error": type(error).__name__}, exc_info=error)
            outcome = Outcome(delivery, "ours", reason="fault")
        else:
            outcome = future.result()
        self._react(outcome)
        return outcome

    def _react(self, outcome: Outcome) -> None:
        if outcome.answer == "slow_down":
            self._bucket.slow_down()
        if outcome.answer == "ours":
            self._paused_until = time.monotonic() + self._settings.send_pause
            self._probing = True
            PAUSED.labels(outcome.reason).set(1)
            log.get(__name__).error("sending paused", extra={"reason": outcome.reason})
        elif outcome.answer == "sent" and self._probing:
            self._probing = False
            for labels in list(PAUSED._metrics):
                PAUSED.labels(*labels).set(0)

    def _deliver(self, delivery: Document) -> Outcome:
        """One mail, in a thread of the pool: ask, make, send."""
        with bound(Context(delivery["correlation_id"], delivery["event_id"])):
            if delivery["useful_until"] <= self._clock():
                return Outcome(delivery, "too_late")
            try:
                context = self._contexts.of(delivery)
                if delivery["kind"] == "daily_digest":
                    context["values"] = {"lines": digest_lines(self._store, delivery, context["locale"])}
                if delivery.get("about"):
                    context["values"] = self._about(delivery, context["locale"])
                message = self._renderer.message(delivery, context, self._clock())
            except NotDue:
                return Outcome(delivery, "not_due")
            except NotNow:
                return Outcome(delivery, "not_now")
            except NotAllowed:
                return Outcome(delivery, "ours", reason="identity")
            except Ours as error:
                return Outcome(delivery, "ours", reason=error.reason)
            except Refused:
                return Outcome(
                    delivery, "permanent", smtp=scrubbed(0, "address outside the grammar"), stage="rcpt"
                )
            return self._hand_over(delivery, message)

    def _about(self, delivery: Document, locale: str) -> Document:
        """What a mail is about: a course, a session, a thread; NotNow until it is known here."""
        texts = texts_about(self._store, delivery, locale if locale in LOCALES else "en")
        if texts is None:
            raise NotNow("course")
        return texts

    def _hand_over(self, delivery: Document, message: Any) -> Outcome:
        if time.monotonic() >= self._leased_until:
            raise LeaseLost
        self._failpoint("notif.before_smtp")
        try:
            links, facts = [delivery.get("traceparent", "")], {"mail.kind": delivery["kind"]}
            with telemetry.span("send mail", "client", links=links, attributes=facts):
                text = self._mailer.send(message)
        except SMTPFailure as failure:
            ANSWERS.labels(failure.answer).inc()
            smtp = scrubbed(failure.code, failure.text)
            return Outcome(delivery, failure.answer, smtp=smtp, stage=failure.stage, reason="smtp")
        self._failpoint("notif.after_250_before_mark")
        ANSWERS.labels("sent").inc()
        return Outcome(delivery, "sent", smtp=scrubbed(250, text))

    def _finish(self, pool: ThreadPoolExecutor) -> None:
        for _, future in self._running.values():
            future.cancel()
        deadline = time.monotonic() + self._settings.send_drain
        for _, future in list(self._running.values()):
            if not future.cancelled() and not _ends_by(future, deadline):
                self._mailer.close()
        pool.shutdown(wait=False)
        self._mailer.close()
        self._settle()


def _ends_by(future: Future[Outcome], deadline: float) -> bool:
    try:
        future.exception(max(deadline - time.monotonic(), 0.5))
    except TimeoutError:
        return False
    return True
