"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.continuity, name="system.continuity"),
    path("plans/<slug:key>/", views.plan, name="system.continuity_plan"),
    path("plans/<slug:key>/write/", views.write, name="system.continuity_write"),
    path("plans/<slug:key>/agree/", views.agree, name="system.continuity_agree"),
    path("plans/<slug:key>/party/", views.party, name="system.continuity_party"),
    path("exercises/new/", views.prepare, name="system.continuity_new"),
    path("exercises/<uuid:exercise_id>/", views.exercise, name="system.continuity_exercise"),
    path("exercises/<uuid:exercise_id>/<slug:act>/", views.act, name="system.continuity_act"),
    path("actions/<uuid:action_id>/done/", views.action_done, name="system.continuity_done"),
]
