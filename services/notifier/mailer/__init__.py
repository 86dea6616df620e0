"""Makes the message of a mail and hands it to the mail server: the only module that speaks SMTP."""

from services.notifier.mailer.message import Ours, Renderer
from services.notifier.mailer.smtp import Mailer, SMTPFailure

__all__ = ["Mailer", "Ours", "Renderer", "SMTPFailure"]
