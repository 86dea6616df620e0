"""Reads of onboarding that are more than "get by id"."""
