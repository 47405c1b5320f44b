"""Address of what one has seen."""

from django.urls import path

from . import views

urlpatterns = [path("seen/", views.seen, name="platform.seen")]
