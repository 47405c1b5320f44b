"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.retention, name="admin.retention"),
    path("months/", views.months, name="admin.retention_months"),
    path("messages/", views.messages, name="admin.retention_messages"),
    path("<uuid:month_id>/", views.protocol, name="admin.retention_protocol"),
    path("<uuid:month_id>/paper/", views.protocol_paper, name="admin.retention_paper"),
]
