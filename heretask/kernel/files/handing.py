"""By what right and in which way a file leaves."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Basis(models.TextChoices):
    """By what right a file leaves."""

    CONSENT = "consent", _("The citizen has consented")
    DUTY = "duty", _("The law says that it must be handed over")
    ACCESS = "access", _("The citizen or who represents them has asked for it")
    CARE = "care", _("It is needed for the citizen's care or treatment")
    WORK = "work", _("It is about no citizen, and needed for the work")


class Way(models.TextChoices):
    """How it leaves."""

    POST = "post", _("Digital Post or secure e-mail")
    PAPER = "paper", _("Printed, and handed over or sent")
    SYSTEM = "system", _("Put into another system that the receiver uses")
    MEDIUM = "medium", _("On an encrypted medium")


BASES, WAYS = Basis.choices, Way.choices
