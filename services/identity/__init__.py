"""Accounts, names, credentials, sessions, roles with scope, MDOs and approved domains.

Publishes the events of `shared/events/identity.py`; listens to its own account events for `subjects`.
"""
