"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.grants, name="admin.grants"),
    path("standing/", views.standing, name="admin.grants_standing"),
    path("standing/<uuid:standing_id>/withdraw/", views.withdraw, name="admin.grants_withdraw"),
    path("<uuid:grant_id>/", views.one, name="admin.grants_one"),
    path("<uuid:grant_id>/live/", views.live, name="admin.grants_live"),
    path("<uuid:grant_id>/approve/", views.approve, name="admin.grants_approve"),
    path("<uuid:grant_id>/refuse/", views.refuse, name="admin.grants_refuse"),
    path("<uuid:grant_id>/cut/", views.cut, name="admin.grants_cut"),
    path("<uuid:grant_id>/seen/", views.seen, name="admin.grants_seen"),
    path("<uuid:grant_id>/judge/", views.judge, name="admin.grants_judge"),
]
