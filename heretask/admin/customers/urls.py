"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.customers, name="admin.customers"),
    path("new/", views.new, name="admin.customers_new"),
    path("<uuid:customer_id>/", views.one, name="admin.customers_one"),
    path("<uuid:customer_id>/ask/", views.ask, name="admin.customers_ask"),
]
