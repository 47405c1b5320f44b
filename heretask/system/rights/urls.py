"""The address of the matrix."""

from django.urls import path

from . import views

urlpatterns = [path("", views.matrix, name="system.rights")]
