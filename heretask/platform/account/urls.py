"""Addresses of the door and of one's own account."""

from django.urls import path

from . import own_views, passkey_views, views, vouching_views

urlpatterns = [
    path("", views.front, name="front"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/code/", views.give_code, name="sign_in_code"),
    path("sign-in/link/", views.link, name="sign_in_link"),
    path("sign-in/password/", views.first_password, name="sign_in_password"),
    path("sign-in/factor/", views.first_factor, name="sign_in_factor"),
    path("sign-in/passkey/", passkey_views.sign_in, name="sign_in_passkey"),
    path("sign-in/passkey/begin/", passkey_views.begin_sign_in, name="sign_in_passkey_begin"),
    path("sign-in/colleagues/", vouching_views.ask, name="sign_in_colleagues"),
    path("sign-in/colleagues/state/", vouching_views.ask_state, name="sign_in_colleagues_state"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("switch-person/", views.switch_person, name="switch_person"),
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
    path("platform/session/", views.session_state, name="platform.session"),
    path("platform/session/acted/", views.acted, name="platform.acted"),
    path("platform/proof/begin/", passkey_views.begin_proof, name="platform.proof_begin"),
    path("platform/account/", own_views.account, name="platform.account"),
    path("platform/account/password/", own_views.change_password, name="platform.account_password"),
    path("platform/account/factor/", own_views.factor, name="platform.account_factor"),
    path("platform/account/factor/remove/", own_views.remove_factor, name="platform.account_factor_remove"),
    path("platform/account/recovery/", own_views.recovery, name="platform.account_recovery"),
    path("platform/account/passkey/", passkey_views.add, name="platform.account_passkey"),
    path("platform/account/passkey/begin/", passkey_views.begin_add, name="platform.account_passkey_begin"),
    path("platform/account/passkey/<uuid:factor_id>/name/", passkey_views.rename, name="platform.account_passkey_name"),
    path(
        "platform/account/passkey/<uuid:factor_id>/remove/",
        passkey_views.remove,
        name="platform.account_passkey_remove",
    ),
    path("platform/account/colleague/", vouching_views.vouch, name="platform.account_colleague"),
    path(
        "platform/account/sessions/<uuid:session_id>/end/", own_views.end_session, name="platform.account_end_session"
    ),
]
