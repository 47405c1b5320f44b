"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.approvals, name="admin.approvals"),
    path("ask/", views.ask, name="admin.approvals_ask"),
    path("replace/", views.replace, name="admin.approvals_replace"),
    path("keep/", views.keep, name="admin.approvals_keep"),
    path("<uuid:approval_id>/", views.one, name="admin.approvals_one"),
    path("<uuid:approval_id>/approve/", views.approve, name="admin.approvals_approve"),
    path("<uuid:approval_id>/refuse/", views.refuse, name="admin.approvals_refuse"),
    path("<uuid:approval_id>/carry-out/", views.carry_out, name="admin.approvals_carry_out"),
]
