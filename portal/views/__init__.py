"""Pages by noun: load, call, render or redirect."""

from portal.views import account, home, public, register, site

BLUEPRINTS = (public.pages, register.pages, account.pages, home.pages, site.pages)
