"""Policies: read by everybody of the supplier, written and reviewed by Management."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from heretask.kernel.access.permissions import Permission as P
from heretask.ui.marks import page
from heretask.ui.pages import Page, go, show
from heretask.ui.requests import actor_of
from heretask.ui.shell import done

from . import actions, forms, presenters
from .declarations import Policy
from .policies import Refused, WrongAnswer

PLACE = "system.policies"
PUBLISHED = done("policy_published", _("The new version is published. Everybody is asked to acknowledge it."))
REVIEWED = done("policy_reviewed", _("The review is written down. The policy stays as it is."))
YEAR_CLOSED = done("policies_year", _("The yearly review is closed."))
ACKNOWLEDGED = done("policy_acknowledged", _("You have acknowledged it. Thank you."))
TRAINED = done("policy_test", _("Well done. It counts as your training of this year."))
ON_PAPER = done("policy_on_paper", _("The signature on paper is recorded."))


@page(P.SYSTEM_POLICIES_READ)
@require_GET
def policies(request: HttpRequest) -> HttpResponse:
    """Every policy: its version, its review, who has acknowledged it."""
    return _all(request)


@page(P.SYSTEM_POLICIES_PUBLISH)
@require_POST
def reviewed(request: HttpRequest) -> HttpResponse:
    """Close the yearly review."""
    try:
        actions.close_year(by=actor_of(request))
    except Refused as refused:
        return _all(request, str(refused))
    return go(PLACE, done=YEAR_CLOSED)


@page(P.SYSTEM_POLICIES_READ)
@require_GET
def one(request: HttpRequest, key: str) -> HttpResponse:
    """One policy, and any two of its versions side by side."""
    return _one(request, _policy(key))


def _publishes(request: HttpRequest) -> bool:
    """Publishing asks who one is; writing and looking at the difference do not."""
    return request.method == "POST" and "publish" in request.POST


@page(P.SYSTEM_POLICIES_PUBLISH, proof=_publishes)
def write(request: HttpRequest, key: str) -> HttpResponse:
    """Write a new version, look at what it changes, and publish it."""
    policy, by = _policy(key), actor_of(request)
    newest, draft = actions.write(policy, by=by)
    initial = presenters.first_values(policy, newest, draft)
    form = forms.WriteForm(request.POST or None, policy=policy, initial=initial)
    context = presenters.write_context(policy, newest)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        items = {part.key: given[part.key] for part in policy.required}
        if _publishes(request):
            try:
                actions.publish(policy, text=given["text"], items=items, review_on=given["review_on"], by=by)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                return go("system.policies_one", key, done=PUBLISHED)
        context["difference"] = presenters.changes(newest, actions.composed(given["text"], items))
    context |= {
        "form": form, "draft": draft, "draft_url": reverse("platform.draft_save"),
        "draft_place": actions.draft_place(policy),
    }  # fmt: skip
    return show(request, "system/policies/write.html", context, place=PLACE, status=422 if form.errors else 200)


@page(P.SYSTEM_POLICIES_READ)
def acknowledge(request: HttpRequest, key: str) -> HttpResponse:
    """Read the newest version, with what is new in it, answer its question, and acknowledge it."""
    policy, by = _policy(key), actor_of(request)
    try:
        _person, version, before = actions.open_to_acknowledge(policy, by=by)
    except Refused as refused:
        return _all(request, str(refused))
    items = presenters.items_of(version)
    form = forms.AcknowledgeForm(request.POST or None, policy=policy, items=items, initial={"version": version.id})
    context: dict[str, Any] = presenters.acknowledge_context(policy, version, before)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        ticked = [part.key for part in policy.required if given[part.key]]
        try:
            actions.acknowledge(policy, version_id=given["version"], answer=given["answer"], items=ticked, by=by)
        except WrongAnswer as wrong:
            form.add_error("answer", str(wrong))
            context["passage"] = presenters.passage(policy, version)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.staff_mine", done=ACKNOWLEDGED)
    context["form"] = form
    return show(request, "system/policies/acknowledge.html", context, place=PLACE, status=422 if form.errors else 200)


@page(P.SYSTEM_STAFF_OWN)
def test(request: HttpRequest) -> HttpResponse:
    """The short test of the yearly training: six questions, five right."""
    by = actor_of(request)
    form = forms.TestForm(request.POST or None)
    wrong: list[Policy] = []
    try:
        attempts = actions.open_test(by=by)
        if request.method == "POST" and form.is_valid():
            wrong = actions.take_test(answers=form.cleaned_data, by=by)
            if presenters.is_enough(wrong):
                return go("system.staff_mine", done=TRAINED)
            attempts = actions.open_test(by=by)
    except Refused as refused:
        return _all(request, str(refused))
    context = presenters.test_context(attempts, wrong) | {"form": form}
    return show(
        request, "system/policies/test.html", context, place="system.staff_mine",
        status=422 if wrong or form.errors else 200,
    )  # fmt: skip


@page(P.SYSTEM_POLICIES_PUBLISH)
@require_POST
def review(request: HttpRequest, key: str) -> HttpResponse:
    """Write down a review that changes nothing."""
    policy, form = _policy(key), forms.ReviewForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.review(
                policy, version_id=given["version"], review_on=given["review_on"], note=given["note"],
                by=actor_of(request),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.policies_one", key, done=REVIEWED)
    return _one(request, policy, form)


@page(P.SYSTEM_POLICIES_PUBLISH)
@require_POST
def paper(request: HttpRequest, key: str) -> HttpResponse:
    """Record that somebody without a login signed it on paper."""
    policy, form = _policy(key), forms.PaperForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.acknowledged_on_paper(policy, person_id=given["person"], day=given["day"], by=actor_of(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return go("system.policies_one", key, done=ON_PAPER)
    return _one(request, policy, form)


def _policy(key: str) -> Policy:
    found = actions.policy_called(key)
    if found is None:
        raise Http404
    return found


def _all(request: HttpRequest, refused: str = "") -> Page:
    by = actor_of(request)
    context = presenters.list_context(actions.see_all(by=by), by=by) | {"refused": refused}
    return show(request, "system/policies/list.html", context, place=PLACE, status=422 if refused else 200)


def _one(request: HttpRequest, policy: Policy, form: Form | None = None) -> Page:
    by = actor_of(request)
    found = actions.see(policy, by=by)
    asked = [int(number) if (number := request.GET.get(side, "")).isdigit() else 0 for side in ("from", "to")]
    context = presenters.one_context(found, by=by, left=asked[0], right=asked[1])
    review_form = form if isinstance(form, forms.ReviewForm) else forms.ReviewForm()
    if found.version and not review_form.is_bound:
        review_form.initial["version"] = found.version.id
    errors = [str(error) for errors in form.errors.values() for error in errors] if form else []
    context |= {
        "review": review_form,
        "refused": " ".join(errors),
    }
    for row in context["readers"]:
        row["form"] = forms.PaperForm(initial={"person": row["id"]}) if row["on_paper"] else None
    return show(request, "system/policies/one.html", context, place=PLACE, status=422 if errors else 200)
