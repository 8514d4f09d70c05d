from content.admin.asset.asset import AssetAdmin
from content.admin.text.translation import TranslationAdmin


def overridden(base):
    """The names that a base of a screen defines, those of its own bases too."""
    return {name for part in base.__mro__[:-1] for name in vars(part) if not name.startswith("__")}


def test_bases_of_a_screen_override_different_methods():
    shared = {
        (screen.__name__, name)
        for screen in (AssetAdmin, TranslationAdmin)
        for base in screen.__bases__[:-1]
        for other in screen.__bases__[:-1]
        if base is not other
        for name in overridden(base) & overridden(other)
    }

    # Each puts its own addresses before those of Django, which match everything.
    assert shared == {("AssetAdmin", "get_urls"), ("TranslationAdmin", "get_urls")}
