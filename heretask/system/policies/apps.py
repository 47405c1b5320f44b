"""The feature system/policies as an app."""

from django.apps import AppConfig


class SystemPoliciesConfig(AppConfig):
    """Labelled by its address, so that tables fall into the four systems."""

    name = "heretask.system.policies"
    label = "system_policies"
