"""Addresses of this feature."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.reviews, name="admin.reviews"),
    path("<uuid:campaign_id>/", views.one, name="admin.reviews_one"),
    path("<uuid:campaign_id>/unit/<slug:group>/", views.group, name="admin.reviews_group"),
    path("<uuid:campaign_id>/minutes/", views.minutes, name="admin.reviews_minutes"),
    path("right/<uuid:item_id>/", views.right, name="admin.reviews_right"),
]
