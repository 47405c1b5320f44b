"""What the general meeting and the self-audit have before them of policies."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from heretask.system.records import queries as records
from heretask.system.records.agenda import Line, agenda
from heretask.ui.templatetags.ht import day_whole

from . import presenters, queries


@agenda(30, "policies", gettext_lazy("Policies"))
def policies_of(since: dt.date, until: dt.date) -> list[Line]:
    """Each policy: what was published and reviewed in the period, and who has acknowledged it."""
    lines = []
    for one in queries.all_kept():
        policy = one.policy
        if one.version is None:
            lines.append(Line(_("%(policy)s: not published yet") % {"policy": policy.title}, policy.promise, "broken"))
            continue
        published = [
            v.number for v in records.versions(policy.document) if since <= timezone.localdate(v.done_at) <= until
        ]
        reviews = sum(since <= timezone.localdate(r.done_at) <= until for r in queries.reviews_of(policy))
        done = [ngettext("%(n)d version published", "%(n)d versions published", len(published)) % {"n": len(published)}]
        if reviews:
            done.append(
                ngettext("%(n)d review without a change", "%(n)d reviews without a change", reviews) % {"n": reviews}
            )
        said = _("%(policy)s: %(what)s, acknowledged by %(done)d of %(all)d, next review %(day)s") % {
            "policy": policy.title, "what": ", ".join(done), "done": one.acknowledged, "all": len(one.readers),
            "day": day_whole(one.review_on),
        }  # fmt: skip
        lines.append(Line(said, policy.promise, presenters.state_of(one)[0]))
    return lines
