"""The feature social/handover as an app."""

from django.apps import AppConfig


class SocialHandoverConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.social.handover"
    label = "social_handover"
