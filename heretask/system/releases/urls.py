"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.releases, name="system.releases"),
    path("<uuid:release_id>/", views.one, name="system.releases_one"),
    path("<uuid:release_id>/approve/", views.approve, name="system.releases_approve"),
    path("<uuid:release_id>/source/", views.fetch_source, name="system.releases_source"),
    path("<uuid:release_id>/bill/", views.fetch_bill, name="system.releases_bill"),
]
