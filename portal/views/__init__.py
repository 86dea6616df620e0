"""Pages by noun: load, call, render or redirect."""

from portal.views import (
    account,
    assessment,
    competencies,
    course,
    home,
    hubs,
    learn,
    me,
    notices,
    onboarding,
    player,
    profile,
    public,
    register,
    security,
    site,
)

BLUEPRINTS = (
    public.pages,
    register.pages,
    account.pages,
    security.pages,
    onboarding.pages,
    profile.pages,
    home.pages,
    learn.pages,
    course.pages,
    player.pages,
    assessment.pages,
    competencies.pages,
    me.pages,
    hubs.pages,
    notices.pages,
    site.pages,
)
