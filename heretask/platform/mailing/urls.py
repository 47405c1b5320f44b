"""Addresses of notices by e-mail and SMS."""

from django.urls import path

from . import views

urlpatterns = [
    path("mailing/", views.mailing, name="platform.mailing"),
    path("mailing/choose/", views.choose, name="platform.mailing_choose"),
    path("mailing/remove/", views.remove, name="platform.mailing_remove"),
    path("mailing/number/", views.number, name="platform.mailing_number"),
    path("mailing/number/prove/", views.prove, name="platform.mailing_prove"),
    path("mailing/number/remove/", views.remove_number, name="platform.mailing_number_remove"),
    path("mailing/confirm/<uuid:confirm>/", views.confirm, name="platform.mailing_confirm"),
]
