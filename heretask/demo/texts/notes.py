"""Notes about a citizen as carers write them: the storyline on its days, everyday life on the others."""

import random
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from heretask.demo.texts.conditions import fits
from heretask.demo.texts.corrections import Correction, make_slip
from heretask.demo.texts.grammar import Line, Theme, expand, read_themes
from heretask.demo.texts.lives import Life, goal_themes
from heretask.demo.texts.roster import draw_moment, draw_part, on_duty
from heretask.demo.texts.slots import (
    Slots,
    days_ago,
    episode_slots,
    free_slots,
    genitive,
    life_slots,
    moment_slots,
)
from heretask.demo.texts.stories import Beat, Episode, plots

SHORTEST, LONGEST = 68, 600
_FILES = ("daily_care.txt", "daily_home.txt", "daily_social.txt", "nights.txt")
_STORY_SHARE = 0.52  # of the notes, when there are many days to tell of
_CORRECTED = 0.026
_GOAL_SHARE = 0.2
_REFERS_BACK = 0.15
# Not on days when a storyline of body or mind has just begun.
_LIVELY = frozenset(
    {
        "gaatur",
        "sang",
        "rollator",
        "h",
        "motion",
        "have",
        "byen",
        "vaerksted",
        "humoer",
        "bad",
        "middag",
        "glat",
        "hund",
    }
    | {
        "morgenmad",
        "aftensmad",
        "hobby",
        "madlavning",
        "indkoeb",
        "transport",
        "vaekning",
        "hjaelpe",
        "vejning",
        "gaest",
    }
)


@dataclass(frozen=True, slots=True)
class NoteText:
    """One note; `author_index` points into the staff that was given, `goal` is the sub-goal it is about."""

    happened_at: datetime
    kind: str
    text: str
    author_index: int
    theme: str
    goal: str | None = None
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    when: datetime
    theme: Theme | None  # None: everyday, chosen in the order of time
    episode: Episode | None = None
    part: str = ""


@cache
def daily_themes(code: str) -> tuple[Theme, ...]:
    """Return the everyday themes of a kind of place; fields are key, kind, units, times, weight, needs, months."""
    return tuple(theme for name in _FILES for theme in read_themes(name) if code in theme.fields[2])


def notes_for(
    rng: random.Random, life: Life, staff: Sequence[str], start: date, end: date, count: int
) -> Iterator[NoteText]:
    """Write `count` notes about a citizen from the first to the last day, in the order of time."""
    first = max(start, life.moved_in)
    if first > end:
        return
    plans = _story_plans(rng, life, first, end, count)
    plans += _daily_plans(rng, life, first, end, count - len(plans))
    writer = _Writer(rng, life, staff)
    for plan in sorted(plans, key=lambda plan: plan.when):
        yield writer.write(plan)


def _story_plans(rng: random.Random, life: Life, start: date, end: date, count: int) -> list[_Plan]:
    told: list[tuple[Episode, list[Beat]]] = []
    for episode in life.episodes:
        beats = [beat for beat in episode.beats if start <= beat.day <= end]
        if episode.first_day_of("indlagt") is None:
            beats = [beat for beat in beats if not life.away(beat.day)]
        if beats:
            told.append((episode, beats))
    room = round(count * _STORY_SHARE)
    while sum(len(beats) for _episode, beats in told) > room:
        _shorten(rng, told)
    return [_beat_plan(rng, life, episode, beat) for episode, beats in told for beat in beats]


def _shorten(rng: random.Random, told: list[tuple[Episode, list[Beat]]]) -> None:
    """Leave out a second note of a stage if there is one, else the end of some episode: causes always stay."""
    spare = [(beats, beat) for _episode, beats in told for beat in beats if beat.follow_up]
    if spare:
        beats, beat = rng.choice(spare)
        beats.remove(beat)
        return
    pair = rng.choice(told)
    pair[1].pop()
    if not pair[1]:
        told.remove(pair)


def _beat_plan(rng: random.Random, life: Life, episode: Episode, beat: Beat) -> _Plan:
    stage = plots()[episode.plot].stages[beat.stage]
    part = draw_part(rng, stage.fields[3], life.code)
    return _Plan(draw_moment(rng, beat.day, part, deep_night=True), stage, episode, part)


def _daily_plans(rng: random.Random, life: Life, start: date, end: date, count: int) -> list[_Plan]:
    days = [start + timedelta(days=offset) for offset in range((end - start).days + 1)]
    for gone, back in life.stays():
        days = [day for day in days if not gone <= day < back]
    plans = []
    for _ in range(count if days else 0):
        part = draw_part(rng, "mfdeasn", life.code)
        plans.append(_Plan(draw_moment(rng, rng.choice(days), part), None, None, part))
    return plans


class _Writer:
    """Writes the notes of one citizen and remembers what has been used."""

    def __init__(self, rng: random.Random, life: Life, staff: Sequence[str]) -> None:
        self.rng = rng
        self.life = life
        self.staff = staff
        self.first_names = [name.split()[0] for name in staff]
        self.fixed = life_slots(life)
        self.used: Counter[Line] = Counter()
        self.recent: deque[tuple[str, date]] = deque(maxlen=9)
        self.told: dict[tuple[str, date], tuple[int, date]] = {}
        self.possible: dict[tuple[str, int], list[Theme]] = {}

    def write(self, plan: _Plan) -> NoteText:
        """Write one note, now and then with a slip that is corrected later."""
        theme, goal = (plan.theme, None) if plan.theme else self._everyday(plan)
        opener = theme.openers[self._sub_goals(theme).index(goal)] if goal else None
        author, colleague, other = self._people(plan.when)
        fixed = self.fixed | moment_slots(self.life, plan.when, colleague)
        if plan.episode:
            fixed |= episode_slots(self.life, plan.episode, plan.when.date())
        slots = Slots(fixed, free_slots(self.life, plan.when.month), self.rng, plan.when)
        text = self._compose(theme, slots, author, opener)
        if plan.episode:
            text += self._reference(plan.episode, author, plan.when.date(), len(text))
        correction = None
        if self.rng.random() < _CORRECTED:
            slip = make_slip(self.rng, text, colleague, other)
            if slip and len(slip.wrong_text) >= SHORTEST:
                correction = Correction(slip.reason, text, self.rng.choice((4, 11, 25, 40, 75, 180, 600, 1440)))
                text = slip.wrong_text
        kind = "diary" if goal else theme.fields[1]
        return NoteText(plan.when, kind, text, author, theme.key, goal, correction)

    def _reference(self, episode: Episode, author: int, day: date, length: int) -> str:
        """Now and then point to what a colleague wrote about the same storyline."""
        key = (episode.plot, episode.start)
        before = self.told.get(key)
        self.told[key] = (author, day)
        if before is None or before[1] == day or length > LONGEST - 60 or self.rng.random() > _REFERS_BACK:
            return ""
        if self.first_names[before[0]] == self.first_names[author]:
            return ""
        whose, when = genitive(self.first_names[before[0]]), days_ago(before[1], day)
        return self.rng.choice(
            (
                f" Se også {whose} notat fra {when}.",
                f" Læs {whose} notat fra {when}.",
                f" Jf. {whose} notat fra {when}.",
            )
        )

    def _sub_goals(self, theme: Theme) -> tuple[str, ...]:
        return theme.fields[5:]

    def _people(self, when: datetime) -> tuple[int, str, str]:
        duty = on_duty(self.staff, when)
        author = self.rng.choice(duty)
        mine = self.first_names[author]
        taken = {mine, self.life.first_name, self.life.relative.first_name}
        near = [self.first_names[index] for index in duty if self.first_names[index] not in taken]
        others = [name for name in self.first_names if name not in taken] or ["vikaren"]
        colleague = self.rng.choice(near or others)
        return author, colleague, self.rng.choice(others)

    def _everyday(self, plan: _Plan) -> tuple[Theme, str | None]:
        day = plan.when.date()
        if plan.part in "ea" and self.life.goals and self.rng.random() < _GOAL_SHARE and not self._shaken(day):
            goal = self.rng.choice(self.life.goals)
            return goal_themes()[goal.key], goal.sub_goals[self.rng.randrange(len(goal.sub_goals))]
        possible = self._possible(plan.part, day.month)
        themes = [theme for theme in possible if self._suits(theme, plan.part, day)] or possible
        theme = self.rng.choices(themes, weights=[int(theme.fields[4]) for theme in themes])[0]
        self.recent.append((_group(theme), day))
        return theme, None

    def _possible(self, part: str, month: int) -> list[Theme]:
        """Return the themes that fit citizen, hour and season."""
        if (part, month) not in self.possible:
            self.possible[part, month] = [
                theme
                for theme in daily_themes(self.life.code)
                if part in theme.fields[3]
                and fits(theme.fields[5], self.life.traits)
                and (not theme.fields[6] or str(month) in theme.fields[6].split())
            ]
        return self.possible[part, month]

    def _suits(self, theme: Theme, part: str, day: date) -> bool:
        """Tell whether a theme neither repeats itself nor contradicts what the citizen is going through."""
        group = _group(theme)
        if group == "vejning" and any(episode.plot == "vaegttab" for episode in self.life.episodes):
            return False
        if part == "n":
            return True
        if group in _LIVELY and self._shaken(day):
            return False
        return not any(group == used and (day - then).days < 5 for used, then in self.recent)

    def _shaken(self, day: date) -> bool:
        return any(
            plots()[episode.plot].light[0] and episode.start <= day <= episode.start + timedelta(days=5)
            for episode in self.life.episodes
        )

    def _compose(self, theme: Theme, slots: Slots, author: int, opener: Line | None) -> str:
        talkative = author % 3  # some write briefly, some at length, and they stay that way
        wanted = self.rng.choice(((0, 1, 1, 2), (1, 2, 2, 3), (2, 2, 3, 4))[talkative])
        details = self._fitting(theme.details)
        chosen = self._least_used(details, wanted)
        pieces = [expand((opener or self._one(theme.openers)).pattern, self.rng, slots)]
        pieces += [expand(line.pattern, self.rng, slots) for line in chosen]
        closers = self._fitting(theme.closers)
        if closers and self.rng.random() < (0.35, 0.5, 0.65)[talkative]:
            pieces.append(expand(self._one(closers).pattern, self.rng, slots))
        spare = [line for line in details if line not in chosen] + closers
        while len(" ".join(pieces)) < SHORTEST and spare:
            extra = spare.pop(self.rng.randrange(len(spare)))
            pieces.insert(len(pieces) if extra in closers else 1, expand(extra.pattern, self.rng, slots))
        while len(" ".join(pieces)) > LONGEST:
            pieces.pop(-2)
        return " ".join(pieces)

    def _fitting(self, lines: list[Line]) -> list[Line]:
        return [line for line in lines if not line.units or self.life.code in line.units]

    def _one(self, lines: list[Line]) -> Line:
        return self._least_used(self._fitting(lines), 1)[0]

    def _least_used(self, lines: list[Line], wanted: int) -> list[Line]:
        """Draw lines that this journal has used least, and keep the order they are written in."""
        ranked = sorted(lines, key=lambda line: (self.used[line], self.rng.random()))[:wanted]
        self.used.update(ranked)
        return [line for line in lines if line in ranked]


def _group(theme: Theme) -> str:
    return theme.key.partition("_")[0]
