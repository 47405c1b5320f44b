"""Addresses of notices by e-mail."""

from django.urls import path

from . import views

urlpatterns = [
    path("mailing/", views.mailing, name="platform.mailing"),
    path("mailing/choose/", views.choose, name="platform.mailing_choose"),
    path("mailing/remove/", views.remove, name="platform.mailing_remove"),
    path("mailing/confirm/<uuid:confirm>/", views.confirm, name="platform.mailing_confirm"),
]
