"""A few SMTP connections that are kept and used again, and one meaning for each way they can fail."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
import time
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from services.notifier.rules import Answer, NotifierSettings, Stage, answer_class


class SMTPFailure(Exception):
    """The mail was not taken for sure; `answer` says what that means, `stage` where it happened."""

    def __init__(self, answer: Answer, stage: Stage, code: int, text: str) -> None:
        super().__init__(answer)
        self.answer, self.stage, self.code, self.text = answer, stage, code, text


class _Connection:
    def __init__(self, settings: NotifierSettings) -> None:
        self._settings = settings
        self._stage: Stage = "connect"
        self._smtp: smtplib.SMTP | None = None
        self._unfinished = False
        self.mails, self.used_at = 0, 0.0

    def send(self, message: EmailMessage) -> str:
        """Hand over one mail and return the server's text; SMTPFailure otherwise."""
        self._stage = "connect"
        try:
            smtp = self._open()
            reply = self._transaction(smtp, message)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise _failure(error, self._stage) from None
        except SMTPFailure as failure:
            if failure.answer == "ours" or failure.code == 421:
                self.close()
            raise
        self.mails += 1
        self.used_at = time.monotonic()
        return reply

    def _open(self) -> smtplib.SMTP:
        idle = time.monotonic() - self.used_at > self._settings.smtp_idle
        if self._smtp is not None and (idle or self.mails >= self._settings.smtp_mails_per_connection):
            self.close()
        if self._smtp is None:
            self._smtp = _connect(self._settings)
            self.mails = 0
        return self._smtp

    def _transaction(self, smtp: smtplib.SMTP, message: EmailMessage) -> str:
        if self._unfinished:
            smtp.rset()
        self._unfinished = True
        self._stage = "mail"
        self._need(smtp.mail(self._settings.mail_sender), 250)
        self._stage = "rcpt"
        self._need(smtp.rcpt(str(message["To"])), 250, 251)
        self._stage = "data"
        self._need(smtp.docmd("DATA"), 354)
        smtp.send(_dotted(message.as_bytes()))
        self._stage = "reply"
        smtp.send(b".\r\n")
        assert smtp.sock is not None
        smtp.sock.settimeout(self._settings.smtp_reply_timeout)
        text = self._need(smtp.getreply(), 250)
        smtp.sock.settimeout(self._settings.smtp_timeout)
        self._unfinished = False
        return text

    def _need(self, reply: tuple[int, bytes], *good: int) -> str:
        code, raw = reply
        text = raw.decode("ascii", "replace")
        if code in good:
            return text
        if code == -1:
            raise smtplib.SMTPServerDisconnected
        raise SMTPFailure(answer_class(code, self._stage), self._stage, code, text)

    def close(self) -> None:
        """End the connection without a word; the server notices."""
        smtp, self._smtp, self._unfinished = self._smtp, None, False
        if smtp is not None:
            smtp.close()

    def abort(self) -> None:
        """End the connection under the hands of the thread that waits on it."""
        smtp = self._smtp
        if smtp is not None and smtp.sock is not None:
            try:
                smtp.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return


class Mailer:
    """At most `smtp_connections` connections, each used by one thread at a time."""

    def __init__(self, settings: NotifierSettings) -> None:
        self._all = [_Connection(settings) for _ in range(settings.smtp_connections)]
        self._free = list(self._all)
        self._turn = threading.Semaphore(len(self._all))

    def send(self, message: EmailMessage) -> str:
        """Hand over one mail and return the server's text; SMTPFailure otherwise."""
        with self._turn:
            connection = self._free.pop()  # The one used last is the warmest.
            try:
                return connection.send(message)
            finally:
                self._free.append(connection)

    def close(self) -> None:
        """End idle connections and cut the others; a mail whose answer is awaited ends as unknown."""
        for connection in self._all:
            if connection in self._free:
                connection.close()
            else:
                connection.abort()


def _connect(settings: NotifierSettings) -> smtplib.SMTP:
    url = urlsplit(settings.smtp_url)
    host, wait, own = url.hostname or "localhost", settings.smtp_timeout, settings.mail_domain
    smtp: smtplib.SMTP
    if url.scheme == "smtps":
        context = ssl.create_default_context()
        smtp = smtplib.SMTP_SSL(host, url.port or 465, own, timeout=wait, context=context)
    else:
        smtp = smtplib.SMTP(host, url.port or 25, own, timeout=wait)
    try:
        smtp.ehlo_or_helo_if_needed()
        if url.scheme == "smtp+starttls":
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if url.username:
            smtp.login(unquote(url.username), unquote(url.password or ""))
    except (smtplib.SMTPException, OSError):
        smtp.close()
        raise
    assert smtp.sock is not None
    smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return smtp


def _dotted(raw: bytes) -> bytes:
    """The content with doubled leading dots and a line end, RFC 5321 4.5.2; the policy wrote CRLF already."""
    doubled = raw.replace(b"\r\n.", b"\r\n..")
    return doubled if doubled.endswith(b"\r\n") else doubled + b"\r\n"


def _failure(error: Exception, stage: Stage) -> SMTPFailure:
    if isinstance(error, ssl.SSLCertVerificationError | smtplib.SMTPNotSupportedError):
        return SMTPFailure("ours", stage, 0, type(error).__name__)
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        raw = error.smtp_error
        text = raw.decode("ascii", "replace") if isinstance(raw, bytes) else str(raw)
        return SMTPFailure(answer_class(error.smtp_code, stage), stage, error.smtp_code, text)
    return SMTPFailure("unknown" if stage == "reply" else "transient", stage, 0, type(error).__name__)
