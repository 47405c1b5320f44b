"""Believable Danish content for the demo: people, their lives, and the notes about them; nobody in it exists."""

from heretask.demo.texts.corrections import Correction
from heretask.demo.texts.lives import Goal, Life, Light, Relative, make_life
from heretask.demo.texts.names import made_up_cpr, person_name
from heretask.demo.texts.notes import NoteText, notes_for
from heretask.demo.texts.stories import Episode

__all__ = [
    "Correction", "Episode", "Goal", "Life", "Light", "NoteText", "Relative", "made_up_cpr", "make_life", "notes_for",
    "person_name",
]  # fmt: skip
