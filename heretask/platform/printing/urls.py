"""Addresses of paper."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.mine, name="platform.papers"),
    path("units/", views.units, name="platform.papers_units"),
    path("leaving/", views.leaving, name="platform.papers_leaving"),
    path("print/<slug:kind>/<uuid:about>/", views.sheet, name="platform.papers_print"),
    path("<uuid:paper_id>/shredded/", views.shred, name="platform.papers_shred"),
    path("<uuid:paper_id>/back/", views.back, name="platform.papers_back"),
    path("<uuid:paper_id>/hand-over/", views.hand, name="platform.papers_hand"),
]
