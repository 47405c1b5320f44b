"""Addresses of the door and of one's own account."""

from django.urls import path

from . import own_views, views

urlpatterns = [
    path("", views.front, name="front"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/code/", views.give_code, name="sign_in_code"),
    path("sign-in/link/", views.link, name="sign_in_link"),
    path("sign-in/password/", views.first_password, name="sign_in_password"),
    path("sign-in/factor/", views.first_factor, name="sign_in_factor"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
    path("platform/session/", views.session_state, name="platform.session"),
    path("platform/session/acted/", views.acted, name="platform.acted"),
    path("platform/account/", own_views.account, name="platform.account"),
    path("platform/account/password/", own_views.change_password, name="platform.account_password"),
    path("platform/account/factor/", own_views.factor, name="platform.account_factor"),
    path("platform/account/recovery/", own_views.recovery, name="platform.account_recovery"),
    path(
        "platform/account/sessions/<uuid:session_id>/end/", own_views.end_session, name="platform.account_end_session"
    ),
]
