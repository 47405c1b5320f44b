"""Addresses of this feature; they stand below a user's."""

from django.urls import path

from . import views

urlpatterns = [
    path("<uuid:user_id>/reach/", views.reach, name="admin.reach"),
    path("<uuid:user_id>/reach/find/", views.find, name="admin.reach_find"),
    path("<uuid:user_id>/reach/found/<uuid:search_id>/", views.found, name="admin.reach_found"),
    path("<uuid:user_id>/reach/ask/", views.ask, name="admin.reach_ask"),
    path("<uuid:user_id>/reach/why/<uuid:search_id>/", views.why, name="admin.reach_why"),
]
