"""Addresses of notices to customers."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.written, name="platform.announcements"),
    path("new/", views.new, name="platform.announcements_new"),
    path("<uuid:announcement_id>/withdraw/", views.withdraw, name="platform.announcement_withdraw"),
    path("<uuid:announcement_id>/acknowledge/", views.acknowledge, name="platform.announcement_acknowledge"),
]
