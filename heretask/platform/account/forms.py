"""Forms of the door and of one's own account. Passwords are never trimmed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


def _password(label: Any, autocomplete: str, **more: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, "spellcheck": "false", "autocapitalize": "none"})
    return forms.CharField(label=label, strip=False, max_length=1000, widget=widget, **more)


def _help(length: int) -> str:
    return gettext(
        "At least %(count)d characters, with a capital letter, a small letter and a digit. "
        "A short sentence is easy to remember."
    ) % {"count": length}


def _code() -> forms.CharField:
    attributes = {
        "autocomplete": "one-time-code",
        "inputmode": "text",
        "autocapitalize": "characters",
        "spellcheck": "false",
    }
    return forms.CharField(label=_("One-time code"), max_length=40, widget=forms.TextInput(attrs=attributes))


class SignIn(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("User name"), max_length=200, help_text=_("Your name, @ and your workplace, such as anna@solsikken"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    password = _password(_("Password"), "current-password")


class Code(forms.Form):
    """The second factor."""

    code = _code()


class Link(forms.Form):
    """A one-time link's code."""

    link = forms.CharField(
        label=_("Code of the link"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class NewPassword(forms.Form):
    """A password of one's own."""

    password = _password(
        _("New password"), "new-password",
    )  # fmt: skip
    again = _password(_("New password again"), "new-password")

    def __init__(self, *args: Any, length: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = _help(length)

    def clean(self) -> dict[str, Any]:
        """Both must be equal."""
        given = super().clean() or {}
        if given.get("password") and given.get("again") is not None and given["password"] != given["again"]:
            self.add_error("again", _("The two passwords are not the same."))
        return given


class ChangePassword(NewPassword):
    """As above, with the present one."""

    current = _password(_("Present password"), "current-password")
    field_order = ["current", "password", "again"]


class VouchCode(forms.Form):
    """The code that a colleague reads aloud."""

    code = forms.CharField(
        label=_("Your colleague's code"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip


class Vouch(forms.Form):
    """The code again, hidden, and one's own password."""

    code = forms.CharField(max_length=20, widget=forms.HiddenInput)
    current = _password(_("Your own password"), "current-password")


class Passkey(forms.Form):
    """What the owner calls a passkey, to know it again."""

    label = forms.CharField(
        label=_("Call it"), max_length=60, help_text=_("So that you know it again, such as My telephone"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
