"""Where a subcontractor may be: the EU and the EEA, within which no basis for a transfer is needed, and others."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WITHIN = (
    ("DK", _("Denmark")), ("BE", _("Belgium")), ("BG", _("Bulgaria")), ("HR", _("Croatia")), ("CY", _("Cyprus")),
    ("CZ", _("Czechia")), ("EE", _("Estonia")), ("FI", _("Finland")), ("FR", _("France")), ("DE", _("Germany")),
    ("GR", _("Greece")), ("HU", _("Hungary")), ("IS", _("Iceland")), ("IE", _("Ireland")), ("IT", _("Italy")),
    ("LV", _("Latvia")), ("LI", _("Liechtenstein")), ("LT", _("Lithuania")), ("LU", _("Luxembourg")),
    ("MT", _("Malta")), ("NL", _("Netherlands")), ("NO", _("Norway")), ("AT", _("Austria")), ("PL", _("Poland")),
    ("PT", _("Portugal")), ("RO", _("Romania")), ("SK", _("Slovakia")), ("SI", _("Slovenia")),
    ("ES", _("Spain")), ("SE", _("Sweden")),
)  # fmt: skip
OUTSIDE = (
    ("CA", _("Canada")), ("CH", _("Switzerland")), ("FO", _("Faroe Islands")), ("GB", _("United Kingdom")),
    ("IL", _("Israel")), ("IN", _("India")), ("JP", _("Japan")), ("NZ", _("New Zealand")), ("US", _("United States")),
    ("XX", _("Another country outside the EU and the EEA")),
)  # fmt: skip
COUNTRIES = WITHIN + OUTSIDE


def is_outside(country: str) -> bool:
    """Whether data that goes there leaves the EU and the EEA."""
    return country in dict(OUTSIDE)
