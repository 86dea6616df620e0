"""Reads of catalog that are more than "get by id"."""
