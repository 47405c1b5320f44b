"""What a citizen lives with: diagnoses in plain words, what they bring along, habits, warnings, places."""

from collections.abc import Mapping
from typing import NamedTuple


class Condition(NamedTuple):
    """A diagnosis or need, the traits that choose themes, and a warning worth showing."""

    words: str
    traits: tuple[str, ...]
    weight: int
    warning: str = ""


UNIT_CODES: Mapping[str, str] = {"plejehjem": "P", "bosted": "B", "botilbud_psyk": "S", "hjemmepleje": "H"}
AGES: Mapping[str, tuple[int, int]] = {"P": (70, 95), "B": (19, 62), "S": (19, 68), "H": (66, 95)}

_OLD = (
    Condition("Alzheimers sygdom, moderat", ("demens",), 5, "Kan gå hjemmefra og har svært ved at finde tilbage"),
    Condition("Demens efter blodpropper i hjernen", ("demens",), 2, "Kan blive bange for fremmede"),
    Condition(
        "Følger efter blodprop i hjernen, svag venstre side",
        ("koerestol",),
        3,
        "Fejlsynker tyndt, drikker i små slurke",
    ),
    Condition("Type 2-diabetes", ("diabetes",), 4, "Lavt blodsukker: giv saft, og mål igen efter et kvarter"),
    Condition("Forhøjet blodtryk", ("hjerte",), 5),
    Condition("Hjertesvigt", ("hjerte",), 3, "Ring ved vægtøgning på over to kilo på tre dage"),
    Condition("Slidgigt i hofter og knæ", ("rollator",), 5),
    Condition("KOL", (), 3, "Bliver hurtigt forpustet, skal have pauser"),
    Condition("Parkinsons sygdom", ("rollator",), 2, "Medicin skal gives til tiden"),
    Condition("Urininkontinens", ("inkontinens",), 4),
    Condition("Knogleskørhed", ("rollator",), 3, "Brækker let ved fald"),
    Condition("Nedsat hørelse, høreapparat i begge ører", (), 3),
    Condition("Nedsat syn på grund af grå stær", (), 2, "Ser dårligt i mørke, tænd lyset"),
    Condition("Depression i perioder", (), 2),
)
_CONDITIONS: Mapping[str, tuple[Condition, ...]] = {
    "P": _OLD,
    "H": _OLD,
    "B": (
        Condition("Udviklingshæmning i lettere grad", (), 6),
        Condition("Downs syndrom", (), 2),
        Condition("Autisme", ("autisme",), 5, "Ændringer skal varsles i god tid"),
        Condition("Epilepsi", ("epilepsi",), 3, "Anfald over fem minutter: ring 112"),
        Condition("Medfødt hjerneskade, spastisk i højre side", (), 2),
        Condition("ADHD", ("angst",), 3),
        Condition("Type 1-diabetes", ("diabetes",), 2, "Lavt blodsukker: giv saft, og mål igen efter et kvarter"),
        Condition("Angst", ("angst",), 3),
    ),
    "S": (
        Condition("Paranoid skizofreni", ("skizofreni",), 6, "Tidlige tegn: sover lidt og slukker telefonen"),
        Condition("Skizoaffektiv lidelse", ("skizofreni",), 2, "Kontakt distriktspsykiatrien ved tre nætter uden søvn"),
        Condition("Bipolar lidelse", (), 3, "Tidlige tegn: køber stort ind og taler hurtigt"),
        Condition("Angst og panikanfald", ("angst",), 4),
        Condition("Tilbagevendende depression", ("angst",), 3),
        Condition("Emotionelt ustabil personlighedsstruktur", ("angst",), 3, "Spørg direkte om tanker om selvskade"),
        Condition("Alkoholafhængighed", ("misbrug",), 3, "Må ikke tilbydes alkohol"),
        Condition("Autisme", ("autisme",), 2, "Ændringer skal varsles i god tid"),
        Condition("PTSD", ("angst",), 2, "Gå aldrig op bag {ham}, og bank altid på"),
    ),
}
ALLERGIES = (
    "Penicillin: udslæt", "Nødder: hævelse i munden", "Plaster: rød hud, brug silikone",
    "Hvepsestik: har adrenalinpen", "Skaldyr: kvalme og udslæt", "Morfin: bliver forvirret",
    "Pollen: græs i maj til juli", "Laktose: får mavekneb", "Jod: udslæt", "Nikkel: eksem",
)  # fmt: skip
HABITS: Mapping[str, tuple[str, ...]] = {
    "old": (
        "Vil have gardinet trukket fra som det første", "Læser avisen forfra og dødsannoncerne først",
        "Sover til middag fra kl. 13 til 14", "Hører Radioavisen kl. 12 hver dag", "Drikker kaffen af sin egen kop",
        "Vil helst hilses på med håndtryk", "Går en tur efter aftenkaffen", "Sover med et vindue på klem",
        "Har altid bolsjer i lommen til gæster", "Fodrer fuglene hver morgen", "Kan ikke lide at blive hastet på",
        "Spiller dam om onsdagen", "Vil have sin uldtrøje på, også om sommeren", "Ringer til familien om søndagen",
    ),
    "young": (
        "Har høretelefoner på, når der er mange mennesker", "Spiser helst alene om morgenen", "Går i bad om aftenen",
        "Sætter kryds i kalenderen, når dagen er slut", "Drikker cola om fredagen", "Vil have besked aftenen før",
        "Ser samme film, når dagen har været svær", "Går altid den samme rute til bussen", "Ringer hjem om søndagen",
        "Sover længe i weekenden", "Skriver sine spørgsmål ned til samtaler", "Tegner, mens der tales",
        "Vil helst have, at man banker tre gange", "Har fast plads i sofaen",
    ),
}  # fmt: skip
MUNICIPALITIES = (
    "Nordby Kommune", "Vesterå Kommune", "Birkelund Kommune", "Sønderhøj Kommune", "Ravnsø Kommune",
    "Klitborg Kommune",
)  # fmt: skip


def conditions_for(code: str) -> tuple[Condition, ...]:
    """Return what people in this kind of place live with."""
    return _CONDITIONS[code]


def fits(needs: str, traits: frozenset[str]) -> bool:
    """Tell whether traits meet needs such as 'diabetes -halal'."""
    return all(need[1:] not in traits if need.startswith("-") else need in traits for need in needs.split())
