"""The feature social/emergency as an app."""

from django.apps import AppConfig


class SocialEmergencyConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.social.emergency"
    label = "social_emergency"
