"""What the gallery page shows: every component once, with invented people, to see a change of the look in one place."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy


class SampleForm(forms.Form):
    """One field of each kind that `ui/_field.html` knows."""

    text = forms.CharField(
        label=_lazy("What happened?"), help_text=_lazy("Write what you saw and did."), widget=forms.Textarea
    )
    room = forms.CharField(label=_lazy("Room"), required=False)
    goal = forms.ChoiceField(label=_lazy("Goal"), choices=[("sleep", _lazy("Calm night")), ("none", _lazy("No goal"))])
    on_day = forms.DateField(label=_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    password = forms.CharField(
        label=_lazy("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    kind = forms.ChoiceField(
        label=_lazy("Kind of note"),
        widget=forms.RadioSelect,
        initial="diary",
        choices=[("diary", _lazy("Diary")), ("health", _lazy("Health")), ("talk", _lazy("Conversation"))],
    )
    read_by = forms.MultipleChoiceField(
        label=_lazy("Who must read it?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("night", _lazy("Night shift")), ("leader", _lazy("Team leader"))],
    )
    urgent = forms.BooleanField(label=_lazy("It cannot wait until the next shift"), required=False)
    attachment = forms.FileField(
        label=_lazy("Attachment"), required=False, help_text=_lazy("PDF or picture, 10 MB at most.")
    )
    reason = forms.CharField(
        label=_lazy("Why do you open the journal?"),
        error_messages={"required": _lazy("Write why you open the journal.")},
    )


class SampleSearch(forms.Form):
    """A filter line: search, unit, from a day on."""

    q = forms.CharField(label=_lazy("Search"), required=False, widget=forms.SearchInput)
    unit = forms.ChoiceField(label=_lazy("Unit"), choices=[("", _lazy("All")), ("nord", "Nord"), ("syd", "Syd")])
    since = forms.DateField(label=_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


def _refused_form() -> SampleForm:
    """Filled in, with one sentence missing, so that an error can be seen."""
    form = SampleForm(
        data={
            "text": _("Woke at 01.50 and called for her daughter. We sat together for ten minutes with the radio low."),
            "room": "4",
            "goal": "sleep",
            "on_day": "2026-11-24",
            "password": "-",
            "kind": "diary",
            "read_by": ["night"],
            "urgent": "on",
        },
        auto_id="gallery_%s",
    )
    form.full_clean()
    return form


def gallery_context() -> dict[str, Any]:
    """Everything `ui/gallery.html` needs besides `shell`."""
    now = timezone.now()
    return {
        "grounds": [("light", _("Light")), ("dark", _("Dark"))],
        "parts": [
            ("colours", _("Colours and states")),
            ("buttons", _("Buttons")),
            ("fields", _("Fields")),
            ("rows", _("Cards and rows")),
            ("citizen", _("Citizen")),
            ("table", _("Table")),
            ("filters", _("Filters and tabs")),
            ("timeline", _("Timeline")),
            ("says", _("Messages")),
            ("figures", _("Figures")),
            ("times", _("Times and names")),
            ("paper", _("Paper")),
        ],
        "form": _refused_form(),
        "search": SampleSearch(auto_id="gallery_%s"),
        "pager": {"previous_url": "?page=1", "next_url": "?page=3", "from": 51, "to": 100, "total": 312},
        "nights": [2, 3, 2, 4, 3, 3, 1, None, 1, 1, 2, 1, 0, 1],
        "days": ["ok"] * 12 + ["due"] * 5 + ["broken"] * 3 + ["ok"] * 6 + ["unknown"] * 2 + ["ok"] * 2,
        "day": [0, 0, 3, 41, 28, 17, 15, 39, 27, 16, 14, 4],
        "day_marks": ["00", "", "", "06", "", "", "12", "", "", "18", "", ""],
        "moments": [now, now - dt.timedelta(minutes=3), now - dt.timedelta(days=1), now - dt.timedelta(days=40)],
        "marks": range(8),
        "now": now,
    }


def sample_shell(*, language: str = "da", theme: str = "", system: str = "platform") -> SimpleNamespace:
    """A shell with invented people, for tests and pictures of the page without a database."""

    def item(
        label: str, icon: str, *, current: bool = False, count: int = 0, sentence: str = "", key: str = ""
    ) -> SimpleNamespace:
        return SimpleNamespace(
            label=label, icon=icon, url=f"#{icon}", current=current, count=count, sentence=sentence, key=key
        )

    systems = [
        item(
            "Platform",
            "today",
            key="platform",
            sentence=_("Today's work, tasks and messages"),
            current=system == "platform",
        ),
        item(
            "Social",
            "book",
            key="social",
            sentence=_("The citizens' journals, plans and medicine"),
            current=system == "social",
        ),
        item(
            "System",
            "wheel",
            key="system",
            sentence=_("Annual wheel, risks and the living assessment"),
            current=system == "system",
        ),
        item("Admin", "sliders", key="admin", sentence=_("Users, rights and the log"), current=system == "admin"),
    ]
    work = [
        item(_("Today"), "today", current=True),
        item(_("Tasks"), "tasks", count=4),
        item(_("Messages"), "message", count=2),
        item(_("Notices"), "bell", count=1),
    ]
    handing = [item(_("Hand-over"), "swap", count=3), item(_("Print and hand out"), "print")]
    mine = [item(_("My account"), "key"), item(_("Who has seen me?"), "eye")]
    return SimpleNamespace(
        system=system,
        systems=systems,
        sections=[
            SimpleNamespace(title="", items=work),
            SimpleNamespace(title=_("Handing over"), items=handing),
            SimpleNamespace(title=_("Me"), items=mine),
        ],
        bottom=[work[0], item(_("Citizens"), "people"), work[1], work[2]],
        person=SimpleNamespace(
            name="Anna Skov", initials="AS", role_label=_("Night shift"), user_name="anna@solsikken", opaque="p-anna"
        ),
        customer_name="Solsikken",
        unit_label="Nord",
        language=language,
        idle_seconds=300,
        warn_seconds=240,
        done=_("The note is signed."),
        account_url="#account",
        sign_out_url="/sign-out/",
        language_url="/language/",
        theme_url="/theme/",
        theme=theme,
        demo=True,
        incident_url="#incident",
        activity_url="/activity/",
        session_url="/session/",
        sign_in_url="/sign-in/",
    )
