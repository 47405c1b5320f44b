"""Asking somebody to prove again who they are, and carrying through what they had sent.

The question stands at the address that was asked for and is answered there: the fields of the form come along hidden,
together with the password, so nothing is kept anywhere meanwhile, and a page without scripts does the same.
"""

from __future__ import annotations

from django.http import HttpRequest

from heretask.kernel.identity import passkeys, proving
from heretask.kernel.identity.sessions import At
from heretask.kernel.identity.whence import From

from .pages import Page, show
from .requests import person_of

PASSWORD, PASSKEY, ASKED = "proof_password", "proof_passkey", "proof_asked"
_OWN = {PASSWORD, PASSKEY, ASKED, "proof_name", "csrfmiddlewaretoken"}


def was_given(request: HttpRequest) -> bool:
    """Whether this request brings a password or a passkey."""
    return bool(request.POST.get(PASSWORD) or request.POST.get(PASSKEY))


def take(request: HttpRequest, at: At, whence: From) -> str:
    """The new token for what was given. Raises proving.NotProved. Outside any transaction: hashing is slow."""
    answer = request.POST.get(PASSKEY)
    if answer:
        return proving.by_passkey(answer, at=at, whence=whence)
    return proving.by_password(request.POST.get(PASSWORD, ""), at=at, whence=whence)


def ask(request: HttpRequest, refused: str) -> Page:
    """The page that asks, with everything that was sent."""
    person = person_of(request)
    context = {
        "carried": [(name, value) for name, values in request.POST.lists() if name not in _OWN for value in values],
        "asked": ASKED if request.method == "GET" or ASKED in request.POST else "",
        "refused": refused, "action": request.get_full_path(), "user_name": person.user_name,
        "has_passkey": passkeys.has_passkey(person.actor.person_id),
    }  # fmt: skip
    return show(request, "ui/proof.html", context, place="platform.account", status=422 if refused else 200)
