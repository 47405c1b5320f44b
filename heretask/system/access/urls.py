"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.access, name="system.access"),
    path("ask/", views.ask, name="system.access_ask"),
    path("glass/", views.glass, name="system.access_glass"),
    path("inside/", views.inside, name="system.access_inside"),
    path("inside/leave/", views.leave, name="system.access_leave"),
    path("<uuid:grant_id>/enter/", views.enter, name="system.access_enter"),
    path("<uuid:grant_id>/back/", views.hand_back, name="system.access_back"),
]
