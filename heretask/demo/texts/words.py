"""Words that fill the slots: dishes, weather, songs, interests, by place and by season."""

from collections.abc import Mapping

DISHES = (
    "frikadeller med kartoffelsalat", "stegt flæsk med persillesovs", "hakkebøf med bløde løg", "boller i karry",
    "stegt rødspætte", "brændende kærlighed", "gule ærter", "hamburgerryg med grønlangkål", "kylling med agurkesalat",
    "medister med rødkål", "fiskefilet med remoulade", "tarteletter med høns i asparges", "skipperlabskovs",
    "biksemad med spejlæg", "kogt torsk med sennepssovs", "grønsagssuppe med kødboller", "forloren hare",
    "farsbrød med kartofler", "karbonader med stuvede ærter og gulerødder", "koteletter i fad", "æbleflæsk",
)  # fmt: skip
DISHES_WITHOUT_PORK = (
    "kylling med agurkesalat", "stegt rødspætte", "hønsekød i karry med ris", "oksefrikadeller med kartofler",
    "fiskefilet med remoulade", "lammegryde med bønner", "linsesuppe med brød", "kogt torsk med sennepssovs",
    "oksekødssuppe", "kalvesteg med kartofler", "grønsagslasagne", "laks med spinat",
)  # fmt: skip
EASY_DISHES = (
    "pasta med kødsovs", "kylling i karry", "tortillas med oksekød", "tomatsuppe", "lasagne", "hjemmelavet pizza",
    "wok med nudler", "fiskefrikadeller med kartofler", "chili con carne", "omelet med grønt", "burgere",
    "kartoffelmos", "pitabrød med kylling", "ris med grøntsager", "fyldte pandekager", "bagt laks",
    "en gryde med linser",
)  # fmt: skip
SUPPER = (
    "to halve med æg og rejer", "et stykke med ost", "en ostemad og en med makrel", "to halve med kartoffel",
    "røget ørred på franskbrød", "æggekage", "varm suppe med brød", "en toast", "sildemad og en ostemad",
    "en portion grød", "rugbrød med æg og tomat",
)  # fmt: skip
BREAKFASTS = (
    "havregrød", "ymer med drys", "øllebrød med fløde", "en bolle med ost", "rugbrød med ost", "skyr med bær",
    "franskbrød med marmelade", "yoghurt med mysli", "blødkogt æg og en bolle", "grød med smørklat",
    "knækbrød med ost",
)  # fmt: skip
DRINKS = (
    "kaffe med mælk", "sort kaffe", "te med honning", "varm kakao", "solbærsaft", "hyldeblomstsaft", "æblejuice",
    "koldskål", "kærnemælk", "te med citron",
)  # fmt: skip
DESSERTS = (
    "rødgrød", "jordbærgrød", "citronfromage", "æblekage", "risengrød med kanel", "is med frugt", "budding",
    "pandekager", "rabarbertrifli", "æbleskiver", "frugtsalat", "drømmekage", "hindbærsnitter",
)  # fmt: skip
SONGS = (
    "Den danske sang er en ung blond pige", "Jeg ved en lærkerede", "Svantes lykkelige dag",
    "I skovens dybe stille ro", "Se dig ud en sommerdag", "Danse i måneskin", "Du kom med alt det, der var dig",
    "I Danmark er jeg født", "Marken er mejet", "Septembers himmel er så blå", "Skuld gammel venskab",
)  # fmt: skip
INTERESTS_OLD = (
    "fodbold", "håndbold", "strikning", "fuglene i haven", "gamle film", "havebrug", "sejlads", "børnebørnene",
    "gamle biler", "krydsord", "bridge", "fiskeri", "heste", "radioens store aftener", "togture", "broderi", "jagt",
    "krigens tid", "opskrifter", "slægtsforskning", "skolegangen i en landsby", "danseaftenerne i forsamlingshuset",
)  # fmt: skip
INTERESTS_YOUNG = (
    "fodbold", "heste", "computerspil", "superhelte", "busser", "togplaner", "kendte fra fjernsynet", "tegneserier",
    "musik", "hunde", "ninja-film", "musikquiz", "hiphop", "katte", "håndbold", "vejret", "dyr i Afrika",
    "strikkeopskrifter",
)  # fmt: skip
JOBS = (
    "landmand", "sygehjælper", "postbud", "tømrer", "syerske", "frisør", "skolelærer", "bogholder", "fisker", "bager",
    "buschauffør", "pædagog", "gartner", "telefonist", "slagter", "maler", "mejerist", "hushjælp", "murer",
    "værkfører",
)  # fmt: skip
JOBS_YOUNG = (
    "kok", "rengøringsassistent", "lagermedhjælper", "vagt", "bartender", "chauffør", "mekanikerlærling",
    "spejderleder", "tjener", "gårdmedhjælper", "elev på produktionsskolen", "butiksassistent",
)  # fmt: skip
HALAL_SONGS = ("en gammel sang fra barndommen", "en sang, som alle kendte", "en vuggevise")

WEATHER: Mapping[str, tuple[str, ...]] = {
    "winter": ("frost og sol", "gråvejr", "let sne", "klar frostluft", "blæst og kulde", "tøvejr"),
    "spring": ("forårssol", "mildt vejr", "let regn", "blæst og sol", "fint vejr med lærkesang", "byger"),
    "summer": ("solskin", "dejlig varme", "let brise", "sommerregn", "skyet, men lunt vejr", "fin sommervind"),
    "autumn": (
        "blæst og gule blade",
        "klart efterårsvejr",
        "regn i luften",
        "mild sol",
        "tåge, der lettede",
        "støvregn",
    ),
}


def season(month: int) -> str:
    """Name the season of a month."""
    return ("winter", "spring", "summer", "autumn")[month % 12 // 3]


# Where things happen, by kind of place: P nursing home, B home for disabled adults, S for mental illness, H own home.
PLACES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "P": {
        "faelles": ("fællesstuen", "dagligstuen", "havestuen"),
        "bolig": ("i lejligheden",),
        "boligen": ("lejligheden",),
        "gangsted": ("fra lejligheden til spisestuen", "en tur på gangen", "ud på terrassen og tilbage"),
        "laege": ("plejehjemslægen",),
    },
    "B": {
        "faelles": ("fællesstuen", "stuen", "køkkenalrummet"),
        "bolig": ("på værelset",),
        "boligen": ("værelset",),
        "gangsted": ("hen til køkkenet",),
        "laege": ("egen læge",),
    },
    "S": {
        "faelles": ("fællesstuen", "fælleskøkkenet", "opholdsrummet"),
        "bolig": ("på værelset",),
        "boligen": ("værelset",),
        "gangsted": ("hen til køkkenet",),
        "laege": ("egen læge",),
    },
    "H": {
        "faelles": ("stuen",),
        "bolig": ("i stuen",),
        "boligen": ("hjemmet",),
        "gangsted": ("fra stuen til køkkenet", "ned til postkassen og tilbage", "en runde i haven"),
        "laege": ("egen læge",),
    },
}

WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
MONTHS = ("januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november",
          "december")  # fmt: skip
