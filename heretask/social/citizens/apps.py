"""The feature social/citizens as an app."""

from django.apps import AppConfig


class SocialCitizensConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.social.citizens"
    label = "social_citizens"
