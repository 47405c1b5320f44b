"""The words that fit one note: names and pronouns of the people, the time of day, measurements, the season."""

import random
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from heretask.demo.texts import words
from heretask.demo.texts.lives import Life
from heretask.demo.texts.roster import SHIFT_NAMES, shift_of
from heretask.demo.texts.stories import Episode

Measure = Callable[[random.Random], str]

_PARTS_OF_DAY = (
    (10, "her til morgen", "morgenen"),
    (12, "her i formiddag", "formiddagen"),
    (14, "her ved middagstid", "formiddagen"),
    (18, "her i eftermiddag", "eftermiddagen"),
    (24, "her i aften", "aftenen"),
)


class Slots(dict[str, str]):
    """Slot values of one note; what is not fixed for the note is drawn anew each time it is asked for."""

    def __init__(
        self, fixed: dict[str, str], free: dict[str, Sequence[str]], rng: random.Random, when: datetime
    ) -> None:
        super().__init__(fixed)
        self._free = free
        self._rng = rng
        self._when = when

    def __missing__(self, name: str) -> str:
        if name == "rel":  # introduced once, then by first name
            self["rel"] = self["reln"]
            return self["_rel"]
        if name in self._free:
            return self._rng.choice(self._free[name])
        if name in _MEASURES:
            return _MEASURES[name](self._rng)
        if name in _CLOCKS:
            self[name] = _CLOCKS[name](self)
            return self[name]
        raise KeyError(name)

    def earlier(self) -> str:
        """Return a time before the note was written, the same throughout the note; a night is written up at its end."""
        minutes = self._rng.randint(40, 75) if self._when.hour >= 7 else self._rng.randint(100, 200)
        moment = self._when - timedelta(minutes=minutes)
        return f"{moment.hour}.{moment.minute // 5 * 5:02d}"

    def bedtime(self) -> str:
        """Return the citizen's bedtime, or shortly before the note if that is earlier."""
        usual = int(self["_bedtime"])
        latest = self._when.hour * 60 + self._when.minute - 5
        minute = min(usual + self._rng.randrange(-15, 20, 5), latest // 5 * 5)
        return f"{minute // 60}.{minute % 60:02d}"


_CLOCKS = {"kl": Slots.earlier, "sengetid": Slots.bedtime}


def _decimal(low: float, high: float) -> Measure:
    return lambda rng: f"{rng.uniform(low, high):.1f}".replace(".", ",")


def _pressure(low: int, high: int, lower: int, upper: int) -> Measure:
    return lambda rng: f"{rng.randint(low, high)}/{rng.randint(lower, upper)}"


def _whole(low: int, high: int) -> Measure:
    return lambda rng: str(rng.randint(low, high))


_MEASURES: dict[str, Measure] = {
    "bt": _pressure(118, 149, 66, 86),
    "bt_hoej": _pressure(162, 182, 90, 104),
    "bt_norm": _pressure(124, 138, 70, 82),
    "bt_lav": _pressure(94, 108, 52, 62),
    "puls": _whole(62, 86),
    "puls_let": _whole(94, 112),
    "temp": _decimal(36.3, 37.2),
    "temp_let": _decimal(37.8, 38.4),
    "temp_feber": _decimal(38.5, 39.5),
    "bs": _decimal(5.4, 9.4),
    "bs_hoej": _decimal(13.2, 18.9),
    "bs_lav": _decimal(2.8, 3.6),
}


def life_slots(life: Life) -> dict[str, str]:
    """Return what stays the same in every note about a citizen."""
    first, near = life.first_name, life.relative
    woman, near_woman = life.sex == "f", near.sex == "f"
    place = words.PLACES[life.code]
    doctor = place["laege"][0]
    first_weight, low, again = life.weight, life.weight - 3.0 - life.weight % 2, life.weight - 1.0 - life.weight % 2
    room = life.room[:1].lower() + life.room[1:]
    return {
        "n": first,
        "ns": genitive(first),
        "han": "hun" if woman else "han",
        "Han": "Hun" if woman else "Han",
        "ham": "hende" if woman else "ham",
        "hans": "hendes" if woman else "hans",
        "_rel": f"{near.known_as} {near.first_name}",
        "reln": near.first_name,
        "rhan": "hun" if near_woman else "han",
        "rham": "hende" if near_woman else "ham",
        "aegte": "mand" if woman else "kone",
        "job": life.job,
        "morgenmad": life.breakfast,
        "laege": doctor,
        "Laege": doctor[:1].upper() + doctor[1:],
        "bolig": place["bolig"][0],
        "boligen": place["boligen"][0],
        "Boligen": place["boligen"][0].capitalize(),
        "rum": f"{'i' if life.code == 'P' else 'på'} {room}",
        "vejedag": words.WEEKDAYS[int(life.weight * 10) % 5],
        "_bedtime": str(life.bedtime),
        "oel": "et glas hyldeblomst" if "halal" in life.traits else "en lille øl",
        "v0": kilos(first_weight),
        "v1": kilos(low),
        "v2": kilos(again),
        "vtab": kilos(first_weight - low),
    }


def free_slots(life: Life, month: int) -> dict[str, Sequence[str]]:
    """Return what is drawn anew: dishes, drinks, weather, songs, interests."""
    halal = "halal" in life.traits
    place = words.PLACES[life.code]
    return {
        "interesse": life.interests,
        "faelles": place["faelles"],
        "gangsted": place["gangsted"],
        "ret": words.DISHES_WITHOUT_PORK if halal else words.DISHES,
        "ret_let": words.EASY_DISHES,
        "aftenmad": words.SUPPER,
        "drik": (life.drink, life.drink, *words.DRINKS),
        "dessert": words.DESSERTS,
        "sang": words.HALAL_SONGS if halal else tuple(f"'{song}'" for song in words.SONGS),
        "vejr": words.WEATHER[words.season(month)],
    }


def moment_slots(life: Life, when: datetime, colleague: str) -> dict[str, str]:
    """Return what depends on when the note is written and by whom."""
    day = when.date()
    shift = shift_of(when)
    here, whole = next(((here, whole) for until, here, whole in _PARTS_OF_DAY if when.hour < until))
    if shift == 2:
        here, whole = "i nat", "natten"
    return {
        "idel": here,
        "delen": whole,
        "naeste": SHIFT_NAMES[(shift + 1) % 3],
        "ugedag": words.WEEKDAYS[day.weekday()],
        "kol": colleague,
        "vaegt": kilos(life.weight + ((day.toordinal() // 28 * 7) % 11 - 5) / 10),
        "dato_om_14": f"d. {danish_day(day + timedelta(days=14))}",
        "dato_om_3": words.WEEKDAYS[(day.weekday() + 3) % 7],
        "fylder": str(day.year - life.born.year),
    }


def episode_slots(life: Life, episode: Episode, day: date) -> dict[str, str]:
    """Return an episode's facts and how long ago it began."""
    ago = (day - episode.start).days
    woman = life.sex == "f"
    facts = {
        name: value.replace("{hans}", "hendes" if woman else "hans").replace("{han}", "hun" if woman else "han")
        for name, value in episode.facts.items()
    }
    return facts | {
        "hdato": danish_day(episode.start),
        "hdag": days_ago(episode.start, day),
        "dagnr": str(ago + 1),
        "uge": str(ago // 7 + 1),
    }


def days_ago(then: date, now: date) -> str:
    """Say when something was as one says it on a day shortly after."""
    ago = (now - then).days
    if ago == 0:
        return "tidligere i dag"
    if ago == 1:
        return "i går"
    return f"i {words.WEEKDAYS[then.weekday()]}s" if ago < 7 else f"d. {danish_day(then)}"


def danish_day(day: date) -> str:
    """Write a day as '3. marts'."""
    return f"{day.day}. {words.MONTHS[day.month - 1]}"


def genitive(name: str) -> str:
    """Write whose it is: Annas, Jens'."""
    return name + ("'" if name[-1] in "sxz" else "s")


def kilos(weight: float) -> str:
    """Write a weight with the Danish decimal mark."""
    return f"{weight:.1f}".replace(".", ",")
