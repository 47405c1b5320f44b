"""Pages are found too: by what they are called in either language, among those one may open."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from heretask.kernel.access.decide import Actor
from heretask.kernel.access.permissions import Permission
from heretask.ui.shell import SYSTEMS, places_for

from .sources import SHOWN, Found, Hit, finds, fits


@finds(90, Permission.PLATFORM_TODAY_SEE, _("Pages"), "file")
def pages(words: str, by: Actor) -> Found:
    """Places of the menus."""
    systems = {one.key: one.label for one in SYSTEMS}
    found = []
    for place in places_for(by):
        names = []
        for code, _label in settings.LANGUAGES:
            with override(code):
                names.append(str(place.label))
        if any(fits(words, name, systems[place.system]) and fits_some(words, name) for name in names):
            found.append(Hit(str(place.label), reverse(place.name), f"HereTask {systems[place.system]}"))
    return Found(found[:SHOWN], len(found))


def fits_some(words: str, name: str) -> bool:
    """Whether one of the words belongs to the name itself, and not to the name of its system alone."""
    return any(fits(word, name) for word in words.split())
