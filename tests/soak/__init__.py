"""Longer runs on the whole stack, outside of the suite: `make soak`."""
