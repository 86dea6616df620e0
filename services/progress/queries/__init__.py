"""Reads of progress that are more than one document by its id."""
