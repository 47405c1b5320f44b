"""Made-up people: first and last names as they are mixed in Denmark, and CPR numbers that nobody can have."""

import random
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple


class Origin(NamedTuple):
    """Names that belong together."""

    weight: int
    women: Sequence[str]
    men: Sequence[str]
    last: Sequence[str]
    without_pork: bool = False


_OLD_WOMEN = (
    "Inger", "Kirsten", "Grethe", "Else", "Karen", "Ruth", "Bodil", "Birthe", "Ellen", "Edith", "Gerda", "Tove",
    "Lis", "Rigmor", "Ingrid", "Esther", "Gudrun", "Agnes", "Asta", "Vibeke", "Jytte", "Aase", "Lilly", "Kamma",
    "Ketty", "Ulla", "Solveig", "Elna", "Dagny", "Herdis", "Sigrid", "Anna", "Lissi", "Nanna", "Thora", "Magda",
    "Helga", "Alma", "Ebba",
)  # fmt: skip
_OLD_MEN = (
    "Poul", "Knud", "Børge", "Svend", "Aage", "Erik", "Ejner", "Kaj", "Ove", "Arne", "Hans", "Jørgen", "Verner",
    "Egon", "Villy", "Orla", "Tage", "Holger", "Preben", "Ib", "Niels", "Henning", "Viggo", "Thorkild", "Ingolf",
    "Kurt", "Frode", "Helge", "Asger", "Gunnar", "Carl", "Otto", "Valdemar", "Åge", "Jens", "Mogens", "Flemming",
    "Bent", "Harald",
)  # fmt: skip
_MIDDLE_WOMEN = (
    "Susanne", "Lene", "Hanne", "Jette", "Bente", "Lone", "Anette", "Birgit", "Marianne", "Connie", "Gitte", "Pia",
    "Charlotte", "Tina", "Helle", "Dorte", "Inge", "Kirsten", "Vibeke", "Ulla", "Annette", "Lis", "Winnie", "Merete",
    "Birthe", "Karin", "Britta", "Elsebeth", "Margit", "Eva", "Bodil", "Laila", "Grete", "Solvej", "Mona", "Yvonne",
)  # fmt: skip
_MIDDLE_MEN = (
    "Lars", "Jens", "Per", "Finn", "Ole", "Leif", "Bjarne", "Torben", "Henrik", "Carsten", "Kim", "Peter", "Jan",
    "Flemming", "John", "Steen", "Claus", "Michael", "Allan", "Palle", "Johnny", "Benny", "Erik", "Kurt", "Keld",
    "Søren", "Niels", "Poul", "Frank", "Brian", "Jørn", "Mogens", "Ulrik", "Gert", "Hans", "Tommy", "Henning",
)  # fmt: skip
_WOMEN = (
    "Mette", "Camilla", "Louise", "Trine", "Pernille", "Maria", "Line", "Sofie", "Katrine", "Rikke", "Anne", "Julie",
    "Ida", "Freja", "Emma", "Signe", "Lærke", "Mathilde", "Cecilie", "Amalie", "Nanna", "Tina", "Heidi", "Susanne",
    "Charlotte", "Gitte", "Lene", "Hanne", "Dorte", "Anette", "Malene", "Stine", "Maja", "Sanne", "Josefine", "Marie",
)  # fmt: skip
_MEN = (
    "Lars", "Michael", "Thomas", "Martin", "Henrik", "Søren", "Jesper", "Kasper", "Mads", "Rasmus", "Frederik",
    "Jonas", "Mikkel", "Simon", "Emil", "Oliver", "Anders", "Christian", "Kenneth", "Brian", "René", "Torben",
    "Bjarne", "Carsten", "Steffen", "Kim", "Daniel", "Andreas", "Magnus", "Tobias", "Sebastian", "Nikolaj", "Morten",
    "Peter", "Jeppe", "Allan",
)  # fmt: skip
_DANISH_LAST = (
    "Nielsen", "Jensen", "Hansen", "Pedersen", "Andersen", "Christensen", "Larsen", "Sørensen", "Rasmussen",
    "Jørgensen", "Petersen", "Madsen", "Kristensen", "Olsen", "Thomsen", "Poulsen", "Johansen", "Knudsen",
    "Mortensen", "Mikkelsen", "Lund", "Holm", "Bertelsen", "Schmidt", "Friis", "Kjær", "Bach", "Brandt", "Thorsen",
    "Vestergaard", "Nørgaard", "Østergaard", "Dahl", "Krogh", "Skov", "Bech", "Toft", "Jepsen", "Riis", "Winther",
    "Skytte", "Bang", "Munk", "Vind",
)  # fmt: skip

ORIGINS: Mapping[str, Origin] = {
    "danish": Origin(78, _WOMEN, _MEN, _DANISH_LAST),
    "turkish": Origin(
        3,
        ("Ayse", "Fatma", "Hatice", "Zeynep", "Elif", "Sevgi"),
        ("Mehmet", "Mustafa", "Ahmet", "Hasan", "Emre", "Orhan"),
        ("Yilmaz", "Demir", "Kaya", "Aydin", "Öztürk", "Celik"),
        True,
    ),
    "arabic": Origin(
        3,
        ("Fatima", "Layla", "Amal", "Huda", "Samira", "Nadia"),
        ("Omar", "Yusuf", "Ali", "Khalid", "Samir", "Bilal"),
        ("Al-Masri", "Haddad", "Mansour", "Hussein", "Khalil", "Saleh"),
        True,
    ),
    "pakistani": Origin(
        1,
        ("Ayesha", "Sadia", "Nasreen", "Rabia"),
        ("Imran", "Tariq", "Asif", "Naveed"),
        ("Khan", "Malik", "Ahmed", "Butt"),
        True,
    ),
    "somali": Origin(1, ("Hodan", "Amina", "Ifrah"), ("Abdi", "Mahad", "Warsame"), ("Farah", "Warsame", "Osman"), True),
    "bosnian": Origin(
        2, ("Amela", "Jasna", "Senada"), ("Enes", "Mirza", "Senad"), ("Hadzic", "Begic", "Mujic", "Kovacevic"), True
    ),
    "polish": Origin(
        3,
        ("Agnieszka", "Ewa", "Magdalena", "Barbara"),
        ("Piotr", "Andrzej", "Marek", "Tomasz"),
        ("Nowak", "Wisniewski", "Kowalski", "Zielinski"),
    ),
    "vietnamese": Origin(2, ("Linh", "Thu", "Hoa", "Mai"), ("Minh", "Duc", "Tuan"), ("Nguyen", "Tran", "Le", "Pham")),
    "tamil": Origin(2, ("Malathi", "Priya", "Selvi"), ("Rajan", "Kumar", "Suresh"), ("Sivakumar", "Selvaraj", "Rajah")),
    "greenlandic": Origin(
        3,
        ("Naja", "Aviaja", "Pipaluk", "Ivalu"),
        ("Malik", "Aqqaluk", "Nuka", "Inuk"),
        ("Petersen", "Kleist", "Lynge", "Rosing", "Olsvig"),
    ),
    "faroese": Origin(
        2, ("Maria", "Sigrun", "Rannva"), ("Páll", "Jákup", "Bárður"), ("Joensen", "Djurhuus", "Jacobsen")
    ),
}
_OLD_BEFORE, _MIDDLE_BEFORE = 1948, 1976  # years of birth at which fashions changed
_MOD_11 = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def first_name(rng: random.Random, origin: str, sex: str, born: date) -> str:
    """Return a first name that fits origin, sex ('f' or 'm') and year of birth."""
    names = ORIGINS[origin]
    if origin == "danish" and born.year < _OLD_BEFORE:
        return rng.choice(_OLD_WOMEN if sex == "f" else _OLD_MEN)
    if origin == "danish" and born.year < _MIDDLE_BEFORE:
        return rng.choice(_MIDDLE_WOMEN if sex == "f" else _MIDDLE_MEN)
    return rng.choice(names.women if sex == "f" else names.men)


def random_origin(rng: random.Random, born: date) -> str:
    """Draw an origin; the very old are more often Danish."""
    if born.year < 1945 and rng.random() < 0.6:
        return "danish"
    return rng.choices(list(ORIGINS), weights=[origin.weight for origin in ORIGINS.values()])[0]


def person_name(rng: random.Random, sex: str, born: date) -> str:
    """Return a made-up full name for a person of this sex ('f' or 'm') and date of birth."""
    origin = random_origin(rng, born)
    return f"{first_name(rng, origin, sex, born)} {last_name(rng, origin)}"


def last_name(rng: random.Random, origin: str) -> str:
    """Return a last name; one Dane in four has a middle name too."""
    names = ORIGINS[origin].last
    last = rng.choice(names)
    if origin == "danish" and rng.random() < 0.25:
        middle = rng.choice(names)
        if middle != last:
            return f"{middle} {last}"
    return last


def made_up_cpr(rng: random.Random, born: date, sex: str) -> str:
    """Return ten digits with this date of birth that belong to no one.

    Two things keep it away from real people. The number fails modulus 11: numbers that fail it have only been issued
    since 2007, and for few dates of birth. And digit 7 is chosen so that the CPR office's table reads another century:
    for the years 1900-1999 digits 5-8 point to 2000-2057 or 1858-1899, hence to nobody who could have the number
    today; from 2000 on digits 0-3 point to 1900-1999, where the first rule bites. Where the other century has no such
    date (29 February 1900), the true century's digits are used, and the first rule stands alone. The last digit is
    even for women and odd for men.
    """
    start = f"{born:%d%m%y}"
    series: tuple[int, ...] = (5, 6, 7, 8) if born.year < 2000 else (0, 1, 2, 3)
    if born.year >= 2000 and (born.month, born.day, born.year % 100) == (2, 29, 0):
        series = (4, 9)
    while True:
        digits = f"{start}{rng.choice(series)}{rng.randrange(1000):03d}"
        parity = int(digits[-1]) % 2
        if parity == (0 if sex == "f" else 1) and sum(w * int(d) for w, d in zip(_MOD_11, digits, strict=True)) % 11:
            return digits
