"""The map, the languages and the words that made-up assets stand on."""

from dataclasses import dataclass

# Assets stand in the words of two journeys; the third is answered by crosswalk alone.
JOURNEYS = {
    "see-think-do-care": ("see", "think", "do", "care"),
    "aida-loyalty": ("awareness", "interest", "desire", "purchase", "loyalty"),
}
HOME = "see-think-do-care"
ABROAD = {"content-path": ("attention", "consideration", "decision", "loyalty")}
LOCALES = {"en": None, "nb": "en"}
SEGMENTS = {
    "home-cooks": None,
    "families": "home-cooks",
    "enthusiasts": "home-cooks",
    "professionals": None,
    "restaurants": "professionals",
    "travellers": None,
}
TOPICS = ("grilling", "baking", "smoking", "fish", "vegetables", "fire-safety", "holiday", "service")


@dataclass(frozen=True)
class World:
    """``journeys`` are those in whose words assets stand, by their stages; the first of ``locales`` has all texts."""

    journeys: dict[str, tuple[str, ...]]
    abroad: tuple[str, ...]
    locales: dict[str, str | None]
    segments: dict[str, str | None]
    ending: bool = False  # a few in a hundred begin or end within weeks


# For delivery; and for coverage, which has a cell for each stage, segment and language.
SMALL = World(JOURNEYS, tuple(ABROAD), LOCALES, SEGMENTS)
WIDE = World(
    {
        **JOURNEYS,
        **ABROAD,
        "nordic-omni": ("latent", "search-and-selection", "purchase", "post-purchase"),
    },
    (),
    {"en": None, "da": "en", "nb": "da", "sv": "en"},
    {**SEGMENTS, **{f"{over}-{number}": over for number in range(1, 5) for over in ("families", "restaurants")}}
    | {f"guests-{number}": "guests-1" if number > 1 else None for number in range(1, 7)},
    ending=True,
)
WORLDS = {"small": SMALL, "wide": WIDE}
