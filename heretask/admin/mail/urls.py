"""Address of outgoing mail."""

from django.urls import path

from . import views

urlpatterns = [path("", views.outbox, name="admin.mail")]
