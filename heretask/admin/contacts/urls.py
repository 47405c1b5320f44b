"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.contacts, name="admin.contacts"),
    path("confirm/", views.confirm, name="admin.contacts_confirm"),
]
