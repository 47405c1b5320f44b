"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.units, name="admin.units"),
    path("search/<uuid:search_id>/", views.search, name="admin.units_search"),
    path("new/", views.new, name="admin.units_new"),
    path("<uuid:unit_id>/", views.one, name="admin.units_one"),
    path("<uuid:unit_id>/change/", views.change, name="admin.units_change"),
    path("<uuid:unit_id>/close/", views.close, name="admin.units_close"),
    path("<uuid:unit_id>/open/", views.reopen, name="admin.units_open"),
]
