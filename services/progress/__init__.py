"""Owns enrolments, evidence and progress, assessments, completions, certificates, mandates, dashboards.

Publishes the events of shared/events/progress.py.
Listens to profiles, courses, its own completions and the standing of people.
"""
