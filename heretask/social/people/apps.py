"""The feature social/people as an app."""

from django.apps import AppConfig


class SocialPeopleConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.social.people"
    label = "social_people"
