"""A citizen's made-up life: who they are, what they live with, whom they have, and what befalls them."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from heretask.demo.texts import words
from heretask.demo.texts.conditions import (
    AGES,
    ALLERGIES,
    HABITS,
    MUNICIPALITIES,
    UNIT_CODES,
    Condition,
    conditions_for,
    fits,
)
from heretask.demo.texts.grammar import Theme, line_of, read_lines, split_fields
from heretask.demo.texts.names import ORIGINS, first_name, last_name, random_origin
from heretask.demo.texts.stories import Episode, choose_plots, plots, tell


@dataclass(frozen=True, slots=True)
class Relative:
    """Someone close to the citizen; `relation` is the plain noun, `known_as` the form with 'the'."""

    name: str
    sex: str
    relation: str
    known_as: str

    @property
    def first_name(self) -> str:
        """The name that staff use."""
        return self.name.split()[0]


@dataclass(frozen=True, slots=True)
class Goal:
    """An intervention goal of the authority with the citizen's own words and the provider's sub-goals."""

    key: str
    title: str
    own_words: str
    sub_goals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Light:
    """The traffic light from a day on: 'grøn', 'gul' or 'rød', and why."""

    day: date
    colour: str
    reason: str


@dataclass(frozen=True, slots=True)
class Life:
    """Everything that the notes about one citizen rest on."""

    name: str
    sex: str
    born: date
    unit_kind: str
    room: str
    municipality: str
    moved_in: date
    relative: Relative
    diagnoses: tuple[str, ...]
    warnings: tuple[str, ...]
    allergies: tuple[str, ...]
    habits: tuple[str, ...]
    interests: tuple[str, ...]
    job: str
    breakfast: str
    drink: str
    bedtime: int  # minutes after midnight
    weight: float
    traits: frozenset[str]
    goals: tuple[Goal, ...]
    lights: tuple[Light, ...]
    episodes: tuple[Episode, ...]

    @property
    def first_name(self) -> str:
        """The name that staff use."""
        return self.name.split()[0]

    @property
    def code(self) -> str:
        """The letter by which the text files know the kind of place."""
        return UNIT_CODES[self.unit_kind]

    def away(self, day: date) -> bool:
        """Tell whether the citizen is in hospital on a day."""
        return any(gone <= day < back for gone, back in self.stays())

    def stays(self) -> list[tuple[date, date]]:
        """Return each stay in hospital: the day they went and the day they came home."""
        stays = ((episode.first_day_of("indlagt"), episode.first_day_of("hjem")) for episode in self.episodes)
        return [(gone, back) for gone, back in stays if gone and back]


_RELATIONS_OLD = (
    ("f", "datter", "datteren", 26), ("m", "søn", "sønnen", 26), ("f", "niece", "niecen", 60), ("m", "nevø",
    "nevøen", 60),
    ("f", "svigerdatter", "svigerdatteren", 26), ("f", "søster", "søsteren", -3), ("f", "veninde", "veninden", 2),
)  # fmt: skip
_RELATIONS_YOUNG = (
    ("f", "mor", "moren", -27), ("m", "far", "faren", -29), ("f", "søster", "søsteren", 3), ("m", "bror", "broren",
    3),
    ("f", "moster", "mosteren", -25), ("m", "onkel", "onklen", -28),
)  # fmt: skip


def make_life(rng: random.Random, *, unit_kind: str, start: date, days: int) -> Life:
    """Make up a citizen of a 'plejehjem', 'bosted', 'botilbud_psyk' or 'hjemmepleje' for a period."""
    code = UNIT_CODES[unit_kind]
    youngest, oldest = AGES[code]
    born = start - timedelta(days=rng.randint(youngest * 366, oldest * 365))
    sex = "f" if rng.random() < (0.6 if code in "PH" else 0.45) else "m"
    origin = random_origin(rng, born)
    family = last_name(rng, origin)
    old = code in "PH"
    first = first_name(rng, origin, sex, born)
    relative = _relative(rng, old, origin, f"{first} {family}", born)
    conditions = _conditions(rng, code)
    traits = _traits(rng, code, conditions, origin, relative)
    moved_in = start - timedelta(days=rng.randint(60, 2600))
    if code != "H" and rng.random() < 0.18:
        moved_in = start + timedelta(days=rng.randint(3, max(4, days // 2)))
    episodes = _episodes(rng, code, traits, relative, born, moved_in, start, days)
    warnings = [c.warning.replace("{ham}", "hende" if sex == "f" else "ham") for c in conditions if c.warning]
    interests = words.INTERESTS_OLD if old else words.INTERESTS_YOUNG
    return Life(
        name=f"{first} {family}",
        sex=sex,
        born=born,
        unit_kind=unit_kind,
        room="Eget hjem" if code == "H" else f"{'Lejlighed' if code == 'P' else 'Værelse'} {rng.randint(1, 48)}",
        municipality=rng.choice(MUNICIPALITIES),
        moved_in=moved_in,
        relative=relative,
        diagnoses=tuple(condition.words for condition in conditions),
        warnings=tuple(warnings),
        allergies=tuple(rng.sample(ALLERGIES, rng.choice((0, 0, 0, 1, 1, 2)))),
        habits=tuple(rng.sample(HABITS["old" if old else "young"], 3)),
        interests=tuple(rng.sample(interests, 3)),
        job=rng.choice(words.JOBS if old else words.JOBS_YOUNG),
        breakfast=rng.choice(words.BREAKFASTS),
        drink=rng.choice(words.DRINKS),
        bedtime=rng.randrange(20 * 60 + 30, 22 * 60 + 30, 15),
        weight=round(rng.uniform(54, 92), 1),
        traits=traits,
        goals=_goals(rng, code, traits),
        lights=_lights(episodes, max(start, moved_in)),
        episodes=episodes,
    )


def _relative(rng: random.Random, old: bool, origin: str, citizen: str, born: date) -> Relative:
    own, _space, family = citizen.partition(" ")
    sex, relation, known_as, younger = rng.choice(_RELATIONS_OLD if old else _RELATIONS_YOUNG)
    birth = born + timedelta(days=younger * 365)
    first = own
    while first == own:
        first = first_name(rng, origin, sex, birth)
    last = family if relation in {"søn", "far", "bror", "nevø"} or rng.random() < 0.5 else last_name(rng, origin)
    return Relative(f"{first} {last}", sex, relation, known_as)


def _conditions(rng: random.Random, code: str) -> list[Condition]:
    pool = list(conditions_for(code))
    chosen: list[Condition] = []
    for _ in range(rng.choice((1, 2, 2, 3)) if code in "PH" else rng.choice((1, 1, 2))):
        condition = rng.choices(pool, weights=[candidate.weight for candidate in pool])[0]
        pool.remove(condition)
        chosen.append(condition)
    return chosen


def _traits(
    rng: random.Random, code: str, conditions: list[Condition], origin: str, relative: Relative
) -> frozenset[str]:
    traits = {trait for condition in conditions for trait in condition.traits}
    if code in "PH":
        if not traits & {"rollator", "koerestol"} and rng.random() < 0.4:
            traits.add("rollator")
        if "koerestol" in traits:
            traits.discard("rollator")
        if relative.relation in {"datter", "søn", "svigerdatter"} and rng.random() < 0.6:
            traits.add("enke")
    if ORIGINS[origin].without_pork:
        traits.add("halal")
    return frozenset(traits)


@cache
def goal_themes() -> dict[str, Theme]:
    """Read the catalogue of goals; fields are key, units, needs, title, own words, sub-goals."""
    found: dict[str, Theme] = {}
    for line in read_lines("goals.txt"):
        if line.startswith("# "):
            fields = split_fields(line)
            theme = found[fields[0]] = Theme(fields[0], (fields + ("",) * 3)[:3])
        elif line.startswith(("maal:", "ord:", "del:")):
            theme.fields += (line.partition(":")[2].strip(),)
        else:
            theme.add(*line_of(line))
    return found


def _goals(rng: random.Random, code: str, traits: frozenset[str]) -> tuple[Goal, ...]:
    themes = [t for t in goal_themes().values() if code in t.fields[1] and fits(t.fields[2], traits)]
    chosen = rng.sample(themes, min(2, len(themes)))
    return tuple(Goal(t.key, t.fields[3], t.fields[4], t.fields[5:]) for t in chosen)


def _episodes(
    rng: random.Random,
    code: str,
    traits: frozenset[str],
    relative: Relative,
    born: date,
    moved_in: date,
    start: date,
    days: int,
) -> tuple[Episode, ...]:
    end = start + timedelta(days=days)
    episodes: list[Episode] = []
    cursor = start + timedelta(days=rng.randint(0, 35))
    if moved_in >= start and days > 30:
        episodes.append(tell(rng, plots()["indflytning"], moved_in))
        cursor = moved_in + timedelta(days=rng.randint(25, 50))
    taken: set[str] = set()
    while cursor < end:
        plot = choose_plots(rng, code, traits, cursor.month, taken)
        if plot is None:
            break
        taken.add(plot.key)
        episodes.append(tell(rng, plot, cursor, avoid=relative.known_as))
        cursor = episodes[-1].end + timedelta(days=rng.randint(10, 70))
    episodes += _feasts(rng, code, traits, born, max(start, moved_in), end)
    return tuple(sorted(episodes, key=lambda episode: episode.start))


def _feasts(rng: random.Random, code: str, traits: frozenset[str], born: date, start: date, end: date) -> list[Episode]:
    found = []
    for year in range(start.year, end.year + 1):
        leap_day = (born.month, born.day) == (2, 29)
        birthday = date(year, born.month, 28 if leap_day else born.day)
        if start <= birthday <= end and rng.random() < 0.7:
            found.append(tell(rng, plots()["foedselsdag"], birthday))
        advent = date(year, 12, 3)  # the stage 'aften' is 21 days later
        if start <= advent <= end and fits(plots()["jul"].needs, traits) and code in plots()["jul"].units:
            found.append(tell(rng, plots()["jul"], advent))
    return found


def _lights(episodes: tuple[Episode, ...], start: date) -> tuple[Light, ...]:
    lights = [Light(start, "grøn", "Ingen særlige forhold")]
    for episode in episodes:
        colour, reason = plots()[episode.plot].light
        if colour:
            lights.append(Light(episode.start, colour, reason))
            lights.append(Light(episode.end, "grøn", f"{episode.title}: forløbet er afsluttet"))
    return tuple(sorted(lights, key=lambda light: light.day))
