"""Addresses of notices."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.board, name="platform.notices"),
    path("earlier/", views.earlier, name="platform.notices_earlier"),
    path("waiting/", views.waiting, name="platform.notices_waiting"),
    path("new/", views.new, name="platform.notices_new"),
    path("<uuid:notice_id>/", views.notice, name="platform.notice"),
    path("<uuid:notice_id>/acknowledge/", views.acknowledge, name="platform.notice_acknowledge"),
    path("<uuid:notice_id>/withdraw/", views.withdraw, name="platform.notice_withdraw"),
]
