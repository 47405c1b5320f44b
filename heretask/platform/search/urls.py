"""Addresses of the search across everything."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.search, name="platform.search"),
    path("<uuid:search_id>/", views.found, name="platform.search_found"),
    path("forget/", views.forget, name="platform.search_forget"),
]
