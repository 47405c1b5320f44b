"""Who lives in the demo: the eight whom one signs in as, and their colleagues."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class House:
    """A unit of the demo, with how many carers and citizens it has."""

    name: str
    kind: str
    carers: int
    citizens: int


@dataclass(frozen=True, slots=True)
class Named:
    """One of the cast."""

    user_name: str
    customer: str
    name: str
    password: str
    role: str
    unit: str = ""


HOUSES = {
    "solsikken": (
        House("Nord", "plejehjem", 10, 60),
        House("Syd", "plejehjem", 10, 55),
        House("Bo og støtte", "bosted", 9, 45),
        House("Hjemmeplejen", "hjemmepleje", 9, 50),
    ),
    "fyrtaarnet": (
        House("Fyret", "botilbud_psyk", 7, 45),
        House("Molen", "bosted", 6, 45),
    ),
}
NAMES = {"solsikken": "Solsikken", "fyrtaarnet": "Fyrtårnet"}
CAST = (
    Named("anna", "solsikken", "Anna Skov", "Nattevagt-7", "carer", "Nord"),
    Named("bo", "solsikken", "Bo Friis", "Teamleder-7", "team_leader", "Nord"),
    Named("clara", "solsikken", "Clara Holst", "Aftenvagt-7", "carer", "Syd"),
    Named("eva", "solsikken", "Eva Lund", "Kontoret-sol-7", "administrator"),
    Named("dan", "fyrtaarnet", "Dan Birk", "Fyret-blinker-7", "carer", "Fyret"),
    Named("finn", "heretask", "Finn Toft", "Kildekode-7", "developer"),
    Named("grethe", "heretask", "Grethe Vang", "Ledelsen-g-7", "management"),
    Named("henrik", "heretask", "Henrik Dahl", "Ledelsen-h-7", "management"),
)
SEED = 20261123
NOTES = 8000
MONTHS = 13
