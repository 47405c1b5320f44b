"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.suspensions, name="admin.suspensions"),
    path("search/<uuid:search_id>/", views.search, name="admin.suspensions_search"),
    path("search/<uuid:search_id>/suspend/", views.suspend, name="admin.suspensions_suspend"),
    path("<uuid:suspension_id>/lift/", views.lift, name="admin.suspensions_lift"),
]
