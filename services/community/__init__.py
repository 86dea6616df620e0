"""Discussions, connections, openings and sessions (webinars and the like), and the home rails they feed.

Publishes ThreadStarted, FollowedThreadAnswered, ReplyAccepted, ConnectionMade, OpeningPublished,
QualifiedForOpening and what happens around sessions; listens to identity, onboarding, catalog and progress.
"""
