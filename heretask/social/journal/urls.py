"""Addresses of the journal."""

from django.urls import path

from . import views

urlpatterns = [
    path("<uuid:citizen_id>/", views.journal, name="social.journal"),
    path("<uuid:citizen_id>/write/", views.write, name="social.journal_write"),
    path("<uuid:citizen_id>/search/", views.search, name="social.journal_search"),
    path("<uuid:citizen_id>/search/<uuid:search_id>/", views.found, name="social.journal_found"),
    path("notes/<uuid:note_id>/edit/", views.edit, name="social.journal_edit"),
    path("notes/<uuid:note_id>/sign/", views.sign, name="social.journal_sign"),
    path("notes/<uuid:note_id>/correct/", views.correct, name="social.journal_correct"),
    path("notes/<uuid:note_id>/discard/", views.discard, name="social.journal_discard"),
]
