"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.servers, name="system.servers"),
    path("announce/", views.announce, name="system.servers_announce"),
    path("visits/<uuid:visit_id>/explain/", views.explain, name="system.servers_explain"),
    path("accounts/", views.accounts, name="system.servers_accounts"),
    path("accounts/add/", views.add_account, name="system.servers_account_add"),
    path("accounts/<uuid:account_id>/end/", views.end_account, name="system.servers_account_end"),
    path("setup/", views.reports, name="system.servers_reports"),
    path("portal/", views.portal, name="system.servers_portal"),
    path("portal/keep/", views.keep_portal_log, name="system.servers_portal_keep"),
    path("portal/<uuid:log_id>/file/", views.portal_file, name="system.servers_portal_file"),
]
