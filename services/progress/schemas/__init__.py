"""Shapes of the request and response bodies of progress."""
