"""The address that customers read."""

from django.urls import path

from . import views

urlpatterns = [path("", views.helpers, name="system.helpers")]
