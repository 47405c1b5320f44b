"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.staff, name="system.staff"),
    path("new/", views.new, name="system.staff_new"),
    path("mine/", views.mine, name="system.staff_mine"),
    path("mine/<slug:act>/", views.mine_act, name="system.staff_mine_act"),
    path("documents/<slug:key>/", views.document, name="system.staff_document"),
    path("<uuid:person_id>/", views.one, name="system.staff_one"),
    path("<uuid:person_id>/<slug:act>/", views.one_act, name="system.staff_act"),
]
