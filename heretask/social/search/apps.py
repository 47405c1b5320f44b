"""The feature social/search as an app."""

from django.apps import AppConfig


class SocialSearchConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.social.search"
    label = "social_search"
