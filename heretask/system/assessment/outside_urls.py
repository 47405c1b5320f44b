"""The address of the summary for strangers."""

from django.urls import path

from . import views

urlpatterns = [path("", views.shown, name="system.assessment_shown")]
