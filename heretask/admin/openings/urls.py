"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.openings, name="admin.openings"),
    path("found/<uuid:search_id>/", views.found, name="admin.openings_found"),
    path("citizen/<uuid:citizen_id>/", views.citizen, name="admin.openings_citizen"),
]
