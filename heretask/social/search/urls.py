"""Addresses of the search across journals."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.search, name="social.search"),
    path("<uuid:search_id>/", views.found, name="social.search_found"),
]
