"""Addresses of handing over by a link."""

from django.urls import path

from . import views

urlpatterns = [
    path("handed/", views.handed, name="handed"),
    path("platform/handing/", views.mine, name="platform.handings"),
    path("platform/handing/<slug:kind>/<uuid:about>/", views.give, name="platform.handing_give"),
    path("platform/handing/<uuid:handing_id>/withdraw/", views.withdraw, name="platform.handing_withdraw"),
]
