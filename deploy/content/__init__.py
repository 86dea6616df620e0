"""Maker of the small media files of the starting catalogue."""
