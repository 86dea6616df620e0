"""Owns the guided wizard, profiles and their approval, the FRAC dictionary with topics, the competency passport.

Publishes the events of shared/events/onboarding.py.
Listens to UserRegistered, PasswordSet, CourseCompleted and the standing of people.
"""
