"""Shapes of the bodies of catalog."""
