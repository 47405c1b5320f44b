"""Addresses of this feature."""

from django.urls import path

from . import minutes_views, views

urlpatterns = [
    path("", views.audits, name="system.audits"),
    path("begin/", views.begin, name="system.audits_begin"),
    path("findings/<uuid:finding_id>/mend/", views.mend, name="system.audits_mend"),
    path("minutes/begin/", minutes_views.begin, name="system.minutes_begin"),
    path("minutes/<uuid:minutes_id>/", minutes_views.minutes, name="system.minutes"),
    path("minutes/<uuid:minutes_id>/paper/", minutes_views.paper, name="system.minutes_paper"),
    path("minutes/<uuid:minutes_id>/save/", minutes_views.save, name="system.minutes_save"),
    path("minutes/<uuid:minutes_id>/sign/", minutes_views.sign, name="system.minutes_sign"),
    path("<uuid:audit_id>/", views.one, name="system.audits_one"),
    path("<uuid:audit_id>/finish/", views.finish, name="system.audits_finish"),
    path("<uuid:audit_id>/countersign/", views.countersign, name="system.audits_countersign"),
    path("<uuid:audit_id>/<int:number>/", views.section, name="system.audits_section"),
]
