"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.browsers, name="admin.browsers"),
    path("<uuid:shared_id>/end/", views.unshare, name="admin.browsers_end"),
]
