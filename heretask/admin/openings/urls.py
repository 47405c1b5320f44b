"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.openings, name="admin.openings"),
    path("found/<uuid:search_id>/", views.found, name="admin.openings_found"),
    path("citizen/<uuid:citizen_id>/", views.citizen, name="admin.openings_citizen"),
    path("citizen/<uuid:citizen_id>/letter/", views.letter, name="admin.openings_letter"),
    path("letter/<uuid:search_id>/", views.letter_read, name="admin.openings_letter_read"),
    path("letter/<uuid:search_id>/paper/", views.letter_paper, name="admin.openings_letter_paper"),
    path("names/", views.names, name="admin.openings_names"),
]
