"""A role was given or ended: what the person keeps is asked about anew."""

from heretask.kernel.access.changing import on_change

from . import actions

on_change(actions.ask_again)
