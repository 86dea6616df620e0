"""Generators and checks of the files in deploy/."""
