"""Addresses of notices by e-mail."""

from django.urls import path

from . import views

urlpatterns = [
    path("notices/", views.notices, name="platform.notices"),
    path("notices/choose/", views.choose, name="platform.notices_choose"),
    path("notices/remove/", views.remove, name="platform.notices_remove"),
    path("notices/confirm/<uuid:confirm>/", views.confirm, name="platform.notices_confirm"),
]
