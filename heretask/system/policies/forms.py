"""What Management writes of a policy, and what everybody answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heretask.kernel.periods import months_after
from heretask.system.records.forms import day_field

from .declarations import POLICIES, REVIEW_MONTHS, Policy


def _in_a_year() -> Any:
    return months_after(timezone.localdate(), REVIEW_MONTHS)


class WriteForm(forms.Form):
    """A new version. A policy with required sentences has a field for each."""

    text = forms.CharField(label=_("Text"), max_length=16000, widget=forms.Textarea(attrs={"rows": 16}))
    review_on = day_field(_("To be reviewed by"), initial=_in_a_year)

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in policy.required:
            self.fields[one.key] = forms.CharField(
                label=str(one.label), max_length=600, widget=forms.Textarea(attrs={"rows": 2})
            )
        self.order_fields(["text", *(one.key for one in policy.required), "review_on"])


class ReviewForm(forms.Form):
    """A review that changes nothing."""

    version = forms.UUIDField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("What was looked at?"), max_length=400, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    review_on = day_field(_("To be reviewed by"), initial=_in_a_year)


class PaperForm(forms.Form):
    """Somebody without a login who read it on paper."""

    person = forms.UUIDField(widget=forms.HiddenInput)
    day = day_field(_("Signed on"), initial=timezone.localdate)


class TestForm(forms.Form):
    """The control question of every policy."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in POLICIES.values():
            self.fields[one.slug] = forms.TypedChoiceField(
                label=str(one.question.asks), coerce=int, widget=forms.RadioSelect,
                choices=list(enumerate(one.question.choices)),
            )  # fmt: skip


class AcknowledgeForm(forms.Form):
    """The control question, each required item, and the whole."""

    version = forms.UUIDField(widget=forms.HiddenInput)
    answer = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, policy: Policy, items: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        question: Any = self.fields["answer"]
        question.label, question.choices = policy.question.asks, list(enumerate(policy.question.choices))
        for one in policy.required:
            self.fields[one.key] = forms.BooleanField(label=items.get(one.key, str(one.label)))
        self.fields["sure"] = forms.BooleanField(label=_("I have read this version and will keep to it"))
