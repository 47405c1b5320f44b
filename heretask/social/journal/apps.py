"""The feature social/journal as an app."""

from django.apps import AppConfig


class SocialJournalConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.social.journal"
    label = "social_journal"
