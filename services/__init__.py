"""The services: independent of each other, joined by events only."""
