"""The demo's Danish content: the same for the same seed, varied, well formed, coherent, and about nobody."""

import random
import re
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from heretask.demo.texts import Life, NoteText, made_up_cpr, make_life, notes_for, person_name
from heretask.demo.texts.corrections import make_slip
from heretask.demo.texts.grammar import Choice, Pattern, Slot, compile_pattern, expand
from heretask.demo.texts.lives import goal_themes
from heretask.demo.texts.notes import LONGEST, SHORTEST, daily_themes
from heretask.demo.texts.roster import on_duty, shift_of
from heretask.demo.texts.stories import plots
from heretask.kernel.spreadsheet import converting

START, DAYS = date(2025, 1, 1), 395
END = START + timedelta(days=DAYS)
KINDS = ("plejehjem", "bosted", "botilbud_psyk", "hjemmepleje")
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def staff(rng: random.Random, count: int = 18) -> list[str]:
    return [person_name(rng, rng.choice("ffffm"), date(rng.randint(1962, 2003), 6, 1)) for _ in range(count)]


@cache
def world(seed: int = 11) -> tuple[list[str], list[tuple[Life, list[NoteText]]]]:
    rng = random.Random(seed)
    people = staff(rng)
    journals = []
    for number in range(300):
        life = make_life(rng, unit_kind=KINDS[number % 4], start=START, days=DAYS)
        journals.append((life, list(notes_for(rng, life, people, START, END, 27))))
    return people, journals


def all_notes() -> list[tuple[Life, NoteText]]:
    return [(life, note) for life, notes in world()[1] for note in notes]


def test_the_same_seed_gives_the_same_world() -> None:
    def one(seed: int) -> tuple[Life, list[NoteText]]:
        rng = random.Random(seed)
        life = make_life(rng, unit_kind="plejehjem", start=START, days=DAYS)
        return life, list(notes_for(rng, life, staff(random.Random(1)), START, END, 40))

    assert one(5) == one(5)
    assert one(5) != one(6)


def test_no_global_randomness_is_used() -> None:
    random.seed(1)
    before = random.getstate()
    rng = random.Random(3)
    list(notes_for(rng, make_life(rng, unit_kind="bosted", start=START, days=60), ["Ida Holm"], START, END, 5))
    assert random.getstate() == before


def test_texts_are_distinct_even_with_the_names_taken_out() -> None:
    notes = all_notes()
    assert len(notes) == 8100
    assert len({note.text for _life, note in notes}) / len(notes) >= 0.97
    masked = {note.text.replace(life.first_name, "N") for life, note in notes}
    assert len(masked) / len(notes) >= 0.95


def test_pairs_of_sentences_hardly_repeat() -> None:
    pairs: Counter[tuple[str, str]] = Counter()
    for life, note in all_notes():
        sentences = re.split(r"(?<=[.!?]) (?=[A-ZÆØÅ])", note.text.replace(life.first_name, "N"))
        pairs.update(pairwise(sentences))
    assert len(pairs) / pairs.total() >= 0.8
    assert max(pairs.values()) <= 30  # of 8,100 notes in 300 journals


def test_lengths_kinds_and_forms() -> None:
    for _life, note in all_notes():
        texts = [note.text] + ([note.correction.corrected_text] if note.correction else [])
        for text in texts:
            assert SHORTEST <= len(text) <= LONGEST, text
            assert not re.search(r"[{}\[\]|]|  | [.,:;?!]|\.\.|,\.|,,", text), text
            assert text[0].isupper() or text[0].isdigit(), text
            assert text.endswith((".", "!", '."', '?"', '"')), text
            assert not re.search(r"(?<!kl)(?<!ca)(?<!temp)(?<!tlf)(?<!BT)(?<!kr)(?<!\d)(?<! d)\. [a-zæøå]", text), text
            assert text.count('"') % 2 == 0, text
        assert note.kind in {"diary", "health", "talk", "agreement"}


def test_it_is_danish() -> None:
    notes = all_notes()
    assert not any(re.search(r"\b(the|with|was|were|patient|resident)\b", note.text) for _life, note in notes)
    assert sum(bool(re.search("[æøåÆØÅ]", note.text)) for _life, note in notes) > 0.95 * len(notes)


def test_pronouns_follow_the_citizen_where_nobody_else_is_named() -> None:
    for life, note in all_notes():
        if life.relative.first_name in note.text or note.kind in {"talk", "agreement"}:
            continue
        wrong = r"\bhun\b" if life.sex == "m" else r"\bhan\b"
        assert not re.search(wrong, note.text, re.IGNORECASE), note.text


def test_moments_are_in_range_in_order_and_in_the_right_zone() -> None:
    for life, notes in world()[1]:
        assert notes == sorted(notes, key=lambda note: note.happened_at)
        for note in notes:
            assert note.happened_at.tzinfo == COPENHAGEN
            assert max(START, life.moved_in) <= note.happened_at.date() <= END
            assert note.happened_at.astimezone(ZoneInfo("UTC")).astimezone(COPENHAGEN) == note.happened_at


def test_times_named_in_a_note_lie_before_it() -> None:
    for _life, note in all_notes():
        if note.theme in {"nat_bs_ude", "h_ankomst"} or note.correction:
            continue
        for hour, minute in re.findall(r"kl\. (\d{1,2})\.([0-5][05])", note.text):
            if re.search(rf"(bankede på|hjem|til|sove|op|oppe) kl\. {hour}\.{minute}|vækning", note.text):
                continue
            at = note.happened_at.hour * 60 + note.happened_at.minute
            assert int(hour) * 60 + int(minute) <= at or note.happened_at.hour < 7, note.text


def test_most_notes_are_written_by_day_and_evening() -> None:
    shifts = Counter(shift_of(note.happened_at) for _life, note in all_notes())
    assert shifts[0] > shifts[1] > shifts[2] > 300


def test_authors_are_on_duty_and_nobody_works_around_the_clock() -> None:
    people, _journals = world()
    seen: defaultdict[tuple[int, date], set[int]] = defaultdict(set)
    for _life, note in all_notes():
        assert note.author_index in on_duty(people, note.happened_at)
        seen[note.author_index, (note.happened_at - timedelta(hours=7)).date()].add(shift_of(note.happened_at))
    assert all(len(shifts) == 1 for shifts in seen.values())


def test_one_carer_alone_can_write_everything() -> None:
    rng = random.Random(2)
    life = make_life(rng, unit_kind="hjemmepleje", start=START, days=DAYS)
    assert {note.author_index for note in notes_for(rng, life, ["Ida Holm"], START, END, 20)} == {0}


def test_corrections_say_why_and_differ() -> None:
    corrected = [note for _life, note in all_notes() if note.correction]
    assert 0.01 <= len(corrected) / len(all_notes()) <= 0.03
    for note in corrected:
        assert note.correction is not None
        assert note.correction.corrected_text != note.text
        assert note.correction.reason.endswith(".")
        assert note.correction.minutes_later > 0


def test_slips_name_what_was_wrong() -> None:
    text = (
        "Anna blev vejet kl. 14.30 i højre stol sammen med Bo: 68,2 kg. Hun havde det godt, og vi talte om jul. Ro nu."
    )
    reasons = {slip.reason for seed in range(60) if (slip := make_slip(random.Random(seed), text, "Bo", "Ida"))}
    assert len(reasons) >= 6
    assert make_slip(random.Random(1), "Anna var glad.", "", "") is None


def test_what_follows_comes_after_its_cause() -> None:
    told = 0
    for life, notes in world()[1]:
        for episode in life.episodes:
            keys = [stage.key for stage in plots()[episode.plot].stages]
            days = [(beat.day, beat.stage) for beat in episode.beats]
            assert days == sorted(days)
            assert len({(day, stage) for day, stage in days}) == len(set(days))
            for earlier, later in pairwise(days):
                assert earlier[1] == later[1] or earlier[0] < later[0], (episode.plot, keys)
        for fall in (episode for episode in life.episodes if episode.plot == "fald"):
            for note in notes:
                if note.theme in {"smerter", "traening", "bedring"} and "faldet" in note.text:
                    assert note.happened_at.date() > fall.start
                    told += 1
    assert told > 20


def test_a_shortened_story_keeps_its_beginning() -> None:
    for seed in range(40):
        rng = random.Random(seed)
        life = make_life(rng, unit_kind="plejehjem", start=START, days=DAYS)
        falls = [episode for episode in life.episodes if episode.plot == "fald"]
        themes = {note.theme for note in notes_for(rng, life, staff(rng), START, END, 12)}
        if falls and falls[0].start >= life.moved_in and "traening" in themes:
            assert "fald" in themes


def test_nothing_is_written_at_home_during_a_stay_in_hospital() -> None:
    away = 0
    for life, notes in world()[1]:
        for note in notes:
            if life.away(note.happened_at.date()):
                assert note.theme == "indlagt"
                away += 1
    assert away > 5


def test_lives_are_coherent() -> None:
    youngest_and_oldest = {
        "plejehjem": (70, 95),
        "bosted": (19, 62),
        "botilbud_psyk": (19, 68),
        "hjemmepleje": (66, 95),
    }
    origins = set()
    for life, _notes in world()[1]:
        low, high = youngest_and_oldest[life.unit_kind]
        assert low <= (START - life.born).days / 365.25 <= high + 1
        assert life.relative.first_name != life.first_name
        assert len(life.goals) == 2
        assert life.diagnoses
        assert len(life.habits) == 3
        assert [light.day for light in life.lights] == sorted(light.day for light in life.lights)
        assert {light.colour for light in life.lights} <= {"grøn", "gul", "rød"}
        assert "{" not in "".join(life.warnings)
        origins.add(life.name.split()[-1])
    assert len(origins) > 50


def test_goals_carry_their_own_sub_goals() -> None:
    found = 0
    for life, note in all_notes():
        if note.goal:
            assert note.goal in {sub_goal for goal in life.goals for sub_goal in goal.sub_goals}
            found += 1
    assert found > 100
    for theme in goal_themes().values():
        assert len(theme.openers) == len(theme.fields[5:]), theme.key


def _slots_of(pattern: Pattern) -> set[str]:
    found: set[str] = set()
    for part in pattern:
        if isinstance(part, Slot):
            found.add(part.name)
        elif isinstance(part, Choice):
            for way in part.ways:
                found |= _slots_of(way)
    return found


def test_every_line_can_be_written() -> None:
    """Long journals of every kind of place use every line of the files; an unknown slot would raise."""
    written = 0
    for kind in KINDS:
        for seed in range(12):
            rng = random.Random(f"{kind}{seed}")
            life = make_life(rng, unit_kind=kind, start=START, days=DAYS)
            written += sum(1 for _note in notes_for(rng, life, staff(rng), START, END, 250))
    assert written >= 40 * 250


def test_there_is_enough_to_choose_from() -> None:
    lines = {
        id(line)
        for code in "PBSH"
        for theme in daily_themes(code)
        for line in theme.openers + theme.details + theme.closers
    }
    stories = sum(
        len(stage.openers + stage.details + stage.closers) for plot in plots().values() for stage in plot.stages
    )
    assert len(lines) > 500
    assert stories > 350
    names = set().union(*(_slots_of(line.pattern) for theme in daily_themes("P") for line in theme.details))
    assert {"han", "rel", "kol"} <= names


def test_the_grammar() -> None:
    pattern = compile_pattern("{n} er [glad|[meget|lidt] træt][|, sagde {han}].")
    seen = {expand(pattern, random.Random(seed), {"n": "anna", "han": "hun"}) for seed in range(80)}
    assert seen == {
        f"Anna er {word}{end}." for word in ("glad", "meget træt", "lidt træt") for end in ("", ", sagde hun")
    }
    with pytest.raises((ValueError, IndexError)):
        compile_pattern("for mange ]")


def _fails_modulus_11(digits: str) -> bool:
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11 != 0


@pytest.mark.parametrize(
    "born", [date(1931, 2, 28), date(1958, 12, 31), date(1999, 1, 1), date(2000, 2, 29), date(2006, 7, 9)]
)
@pytest.mark.parametrize("sex", ["f", "m"])
def test_made_up_cpr_numbers_belong_to_nobody(born: date, sex: str) -> None:
    for seed in range(50):
        digits = made_up_cpr(random.Random(seed), born, sex)
        assert re.fullmatch(r"\d{10}", digits)
        assert digits.startswith(f"{born:%d%m%y}")
        assert int(digits[-1]) % 2 == (0 if sex == "f" else 1)
        assert _fails_modulus_11(digits)
        if born != date(2000, 2, 29):
            assert converting.birth_date(digits) != born
        assert converting.cpr(digits) == digits  # the right shape, so an import takes it


def test_names_fit_their_generation() -> None:
    rng = random.Random(4)
    old = {person_name(rng, "m", date(1938, 3, 3)).split()[0] for _ in range(200)}
    young = {person_name(rng, "m", date(2001, 3, 3)).split()[0] for _ in range(200)}
    assert "Knud" in old
    assert "Rasmus" in young
    assert not {"Knud", "Børge", "Egon"} & young


def test_shifts_by_the_clock() -> None:
    hours = {hour: shift_of(datetime(2025, 5, 5, hour, tzinfo=COPENHAGEN)) for hour in (6, 7, 14, 15, 22, 23)}
    assert hours == {6: 2, 7: 0, 14: 0, 15: 1, 22: 1, 23: 2}
