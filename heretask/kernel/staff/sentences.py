"""The reasons of `eligibility.py` as sentences for the person concerned and for Management."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .eligibility import Reason, Scope, Why


def told(reason: Reason) -> str:
    """Why not, in one sentence."""
    return _sentences(reason.on)[reason.why]


def scope_name(scope: Scope) -> str:
    """What is asked for."""
    return {
        Scope.SIGN_IN: _("Sign in"),
        Scope.STRUCTURE: _("Be given access to a customer's structure"),
        Scope.CONTENT: _("Be given access to sensitive content"),
    }[scope]


def _sentences(on: dt.date | None) -> dict[Why, str]:
    day = {"day": date_format(on, "j. F Y") if on else ""}
    return {
        Why.NOT_ON_REGISTER: _("Is not on the staff register."),
        Why.LEFT: _("Has left."),
        Why.NOT_BEGUN: _("Begins on %(day)s.") % day,
        Why.NO_CHECK: _("A clear criminal record check is not recorded."),
        Why.CHECK_OVERDUE: _("The criminal record check counted until %(day)s.") % day,
        Why.NOT_SIGNED: _("The confidentiality agreement is not signed."),
        Why.TRAINING_OVERDUE: _("Training in IT security was due on %(day)s.") % day,
        Why.IN_PROBATION: _("Three months have not passed: from %(day)s at the earliest.") % day,
        Why.NOT_EMPLOYED: _("Is on probation: Management has not employed them yet."),
    }
