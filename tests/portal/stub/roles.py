"""A person who holds every role, so that the tests of all pages reach the role portals too."""

ROLES = [
    {"role": role, "scope": "o1" if role == "MDO_ADMIN" else None}
    for role in (
        "MDO_ADMIN",
        "SPV_ADMIN",
        "CONTENT_CREATOR",
        "CONTENT_REVIEWER",
        "CONTENT_PUBLISHER",
        "FRAC_ADMIN",
    )
]
PORTALS = [{"slug": slug, "name": f"{slug.upper()} portal"} for slug in ("spv", "mdo", "cbp", "frac")]
