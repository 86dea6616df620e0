"""Mails as stored deliveries with a life, the loop that sends them, and notices.

Owns `deliveries` (no address, name, link or text of a mail is kept), `notices` and what people prefer to hear.
Publishes `shared/events/notifier.py`; listens to identity's registrations, passwords, names, data and standing.
"""
