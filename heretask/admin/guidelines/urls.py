"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.guidelines, name="admin.guidelines"),
    path("change/", views.change, name="admin.guidelines_change"),
]
