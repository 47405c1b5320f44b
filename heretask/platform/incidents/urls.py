"""Addresses of security incidents. The one without a session is short: it is read aloud over the telephone."""

from django.urls import path

from . import views

urlpatterns = [
    path("report/", views.outside, name="platform.incidents_outside"),
    path("report/answer/", views.look_up, name="platform.incidents_look_up"),
    path("platform/incidents/", views.incidents, name="platform.incidents"),
    path("platform/incidents/report/", views.report, name="platform.incidents_report"),
    path("platform/incidents/<uuid:incident_id>/", views.one, name="platform.incidents_one"),
    path("platform/incidents/all/", views.everywhere, name="platform.incidents_all"),
    path("platform/incidents/all/<uuid:incident_id>/", views.managed, name="platform.incidents_managed"),
    path("platform/incidents/all/<uuid:incident_id>/step/", views.step, name="platform.incidents_step"),
]
