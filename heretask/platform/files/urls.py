"""Addresses of files."""

from django.urls import path

from . import views

urlpatterns = [
    path("<uuid:kept_id>/", views.file, name="platform.file"),
    path("<uuid:kept_id>/picture/", views.picture, name="platform.file_picture"),
    path("<uuid:kept_id>/hand-over/", views.hand_over, name="platform.file_hand_over"),
]
