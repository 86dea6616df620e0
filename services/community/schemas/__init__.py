"""Shapes of bodies, by noun."""
