"""Shapes of the bodies that identity takes and gives."""
