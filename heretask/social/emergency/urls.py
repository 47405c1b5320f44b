"""Addresses of emergency openings."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.emergency, name="social.emergency"),
    path("found/<uuid:search_id>/", views.found, name="social.emergency_found"),
    path("<uuid:opening_id>/end/", views.end, name="social.emergency_end"),
    path("follow-up/", views.follow_up, name="social.emergency_follow_up"),
    path("follow-up/<uuid:opening_id>/", views.judge, name="social.emergency_judge"),
]
