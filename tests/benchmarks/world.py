"""The map, the languages and the words that made-up assets stand on."""

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
