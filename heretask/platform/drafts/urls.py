"""Addresses of drafts."""

from django.urls import path

from . import views

urlpatterns = [path("drafts/", views.save, name="platform.draft_save")]
