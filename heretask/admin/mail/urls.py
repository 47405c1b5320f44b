"""Addresses of outgoing mail."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.outbox, name="admin.mail"),
    path("sms/", views.sms, name="admin.mail_sms"),
]
