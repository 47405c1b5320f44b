"""The feature admin/reviews as an app."""

from django.apps import AppConfig


class AdminReviewsConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.admin.reviews"
    label = "admin_reviews"
