"""Addresses of the hand-over."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.first, name="social.handover"),
    path("<uuid:unit_id>/", views.unit, name="social.handover_unit"),
    path("<uuid:unit_id>/take/", views.take, name="social.handover_take"),
    path("<uuid:unit_id>/undo/<uuid:undo_id>/", views.undo, name="social.handover_undo"),
    path("notes/<uuid:note_id>/mark/", views.mark, name="social.handover_mark"),
    path("notes/<uuid:note_id>/unmark/", views.unmark, name="social.handover_unmark"),
    path("notes/<uuid:note_id>/undo/<uuid:undo_id>/", views.put_back, name="social.handover_put_back"),
]
