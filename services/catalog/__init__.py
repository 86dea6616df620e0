"""Owns courses and their versions, providers, search, ratings, recommendations, browsing.

Publishes the events of shared/events/catalog.py.
Listens to profiles, enrolments, completions, the dictionary and the standing of people.
"""
