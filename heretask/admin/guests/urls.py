"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.guests, name="admin.guests"),
    path("new/", views.new, name="admin.guests_new"),
    path("<uuid:guest_id>/", views.one, name="admin.guests_one"),
    path("<uuid:guest_id>/search/", views.search, name="admin.guests_search"),
    path("<uuid:guest_id>/search/<uuid:search_id>/", views.found, name="admin.guests_found"),
    path("<uuid:guest_id>/remove/", views.remove, name="admin.guests_remove"),
    path("<uuid:guest_id>/end/", views.end, name="admin.guests_end"),
]
