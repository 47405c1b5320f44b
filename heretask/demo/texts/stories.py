"""Storylines: what can befall a citizen, stage by stage, and on which dates it does."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from heretask.demo.texts.conditions import fits
from heretask.demo.texts.grammar import Theme, line_of, read_lines, split_fields

_FILES = ("episodes_health.txt", "episodes_life.txt")


@dataclass(slots=True)
class Plot:
    """A kind of storyline, as it is written in the files."""

    key: str
    units: str
    weight: int
    needs: str
    months: frozenset[int]
    light: tuple[str, str]  # colour and reason, or two empty strings
    title: str = ""
    single: dict[str, tuple[str, ...]] = field(default_factory=dict)  # facts drawn one by one
    sets: list[dict[str, str]] = field(default_factory=list)  # facts that belong together
    stages: list[Theme] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Beat:
    """A day on which a stage of an episode gives something to write."""

    day: date
    stage: int
    follow_up: bool  # not the first note of its stage


@dataclass(frozen=True, slots=True)
class Episode:
    """One storyline in a citizen's life: what it is, its facts, and its days in order."""

    plot: str
    title: str
    facts: dict[str, str]
    beats: tuple[Beat, ...]

    @property
    def start(self) -> date:
        """The day it began."""
        return self.beats[0].day

    @property
    def end(self) -> date:
        """The last day it is written about."""
        return self.beats[-1].day

    def first_day_of(self, stage: str) -> date | None:
        """Return the first day of a stage by its key."""
        keys = [theme.key for theme in plots()[self.plot].stages]
        return next((beat.day for beat in self.beats if keys[beat.stage] == stage), None)


@cache
def plots() -> dict[str, Plot]:
    """Read all storylines once."""
    found: dict[str, Plot] = {}
    for name in _FILES:
        for line in read_lines(name):
            if line.startswith("# "):
                plot = _plot(split_fields(line))
                found[plot.key] = plot
            elif line.startswith("== "):
                fields = split_fields(line)
                plot.stages.append(Theme(fields[0], fields))
            else:
                _add(plot, line)
    return found


def _plot(fields: tuple[str, ...]) -> Plot:
    key, units, weight, needs, months, light = (fields + ("",) * 6)[:6]
    colour, _space, reason = light.partition(" ")
    return Plot(key, units, int(weight), needs, frozenset(map(int, months.split())), (colour, reason))


def _add(plot: Plot, line: str) -> None:
    if line.startswith("titel:"):
        plot.title = line.removeprefix("titel:").strip()
    elif line.startswith("? "):
        name, _equals, values = line[2:].partition("=")
        plot.single[name.strip()] = tuple(value.strip() for value in values.split("|"))
    elif line.startswith("& "):
        pairs = (part.partition("=") for part in line[2:].split(";"))
        plot.sets.append({name.strip(): value.strip() for name, _equals, value in pairs})
    else:
        plot.stages[-1].add(*line_of(line))


def _span(text: str) -> tuple[int, int]:
    low, _dash, high = text.partition("-")
    return int(low), int(high or low)


def tell(rng: random.Random, plot: Plot, start: date, avoid: str = "") -> Episode:
    """Let a storyline begin on a date: draw its facts (none that names the person to avoid) and its days, in order."""
    facts = {name: rng.choice(values) for name, values in plot.single.items()}
    if plot.sets:
        facts.update(rng.choice([facts_set for facts_set in plot.sets if avoid not in facts_set.values()]))
    beats: list[Beat] = []
    latest = start
    for number, stage in enumerate(plot.stages):
        low, high = _span(stage.fields[2])
        days = sorted(
            start + timedelta(days=rng.randint(low, high)) for _ in range(rng.randint(*_span(stage.fields[4])))
        )
        for position, day in enumerate(days):
            latest = max(latest + timedelta(days=1) if number and not position else latest, day)  # no two stages a day
            beats.append(Beat(latest, number, position > 0))
    return Episode(plot.key, plot.title, facts, tuple(beats))


def choose_plots(rng: random.Random, code: str, traits: frozenset[str], month: int, taken: set[str]) -> Plot | None:
    """Draw a storyline that fits place, person and season and has not happened to them yet."""
    fitting = [
        plot
        for plot in plots().values()
        if plot.weight
        and code in plot.units
        and plot.key not in taken
        and fits(plot.needs, traits)
        and (not plot.months or month in plot.months)
    ]
    return rng.choices(fitting, weights=[plot.weight for plot in fitting])[0] if fitting else None
