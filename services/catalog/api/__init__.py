"""The HTTP door of catalog."""
