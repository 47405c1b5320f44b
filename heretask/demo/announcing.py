"""What the supplier has told customers in the demo: a night in which the systems are closed for an hour."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import override

from heretask.platform.announcements import actions
from heretask.platform.announcements.policies import Words
from heretask.ui.templatetags.ht import day_short

from .reporting import Acting

AHEAD = dt.timedelta(days=9)
TITLES = ("Lukket en time om natten mellem kl. 2 og 3", "Closed for an hour at night between 2:00 and 3:00")
TEXTS = (
    "Natten efter den %s bliver serveren opdateret. Print dagens opgaver forinden, hvis I skal bruge dem.",
    "In the night after %s the server is updated. Print the day's tasks before, if you need them.",
)


def announced(acting: Acting) -> None:
    """Written by Grethe, for everybody."""
    today = timezone.localdate()
    last = today + AHEAD
    with override("da"):
        danish = TEXTS[0] % day_short(last)
    with override("en"):
        english = TEXTS[1] % day_short(last)
    with acting("grethe") as by:
        words = Words(TITLES[0], danish, TITLES[1], english)
        actions.publish(words, admins=False, must=True, starts=today, ends=last, by=by)
