"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.roles, name="admin.roles"),
    path("new/", views.new, name="admin.roles_new"),
    path("built-in/<slug:key>/", views.built_in, name="admin.roles_built_in"),
    path("<uuid:role_id>/", views.own, name="admin.roles_own"),
    path("<uuid:role_id>/change/", views.edit, name="admin.roles_edit"),
    path("<uuid:role_id>/retire/", views.retire, name="admin.roles_retire"),
    path("<uuid:role_id>/undo/<uuid:undo_id>/", views.undo, name="admin.roles_undo"),
]
