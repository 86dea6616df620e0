"""Mails as stored deliveries with a life, and the loop that sends them.

Owns `deliveries`: no address, name, link or text of a mail is kept. Publishes `shared/events/notifier.py`;
listens to identity's registrations, passwords and standing.
"""
