"""The HTTP door, by noun."""
