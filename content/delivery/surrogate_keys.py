"""The names under which caches in front of the service hold an answer, and under which a change is told to them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from content.catalogue import Catalogue
from content.keys import signature, signatures
from content.models import Locale
from content.models.showing import ANYWHERE
from journeys.models import Stage

PURPOSE = "surrogate"
MAP = "map"
SURROGATES = "Surrogate-Key"
MOST = 3000  # bytes; proxies take 4 kB of headers by default


def of_asset(uid: str) -> str:
    """Answers that show an asset or lead to it. ``uid`` is its public id."""
    return f"a:{uid}"


def of_hidden(uid: str) -> str:
    """Answers that would lead to an asset if it were shown. Nobody can tell from it which."""
    return f"h:{signature(PURPOSE, uid)}"


def all_of_asset(uid: str) -> set[str]:
    """Whatever answers that show an asset, lead to it or would were kept under, also before the key was changed."""
    return {of_asset(uid), *(f"h:{sign}" for sign in signatures(PURPOSE, uid))}


def of_stage(stage: Stage, locale: Locale) -> str:
    """Answers made of what stands at a stage, for readers of a locale."""
    return f"s:{stage.journey.slug}/{stage.slug}:{locale.code}"


def of_all(locale: Locale) -> str:
    """Answers made of whatever readers of a locale are shown."""
    return f"all:{locale.code}"


@dataclass
class Dependencies:
    """What an answer was made of, gathered while it is made: assets by public id, those it would lead to if they were
    shown, stages, whole locales."""

    assets: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    stages: set[int] = field(default_factory=set)
    locales: set[int] = field(default_factory=set)

    def saw(self, *, assets: Iterable[str] = (), hidden: Iterable[str] = (), stages: Iterable[int] = ()) -> None:
        self.assets.update(assets)
        self.hidden.update(hidden)
        self.stages.update(stages)

    def everything(self, locale: Locale) -> None:
        """The answer depends on more of a locale than can be named one by one."""
        self.locales.add(locale.pk)

    def keys(self, locale: Locale, catalogue: Catalogue) -> str:
        """The keys of an answer to readers of ``locale``. Where they are too many, the one that covers all of them."""
        whole = self.locales | ({locale.pk} if ANYWHERE in self.stages else set())
        stages = [] if locale.pk in whole else [catalogue.atlas.stages[pk] for pk in self.stages]
        assets = [*sorted(map(of_asset, self.assets)), *sorted(map(of_hidden, self.hidden - self.assets))]
        narrow = sorted(of_stage(stage, locale) for stage in stages) + assets
        # A list of a hundred items with three steps each could name four hundred assets at 34 characters, 14 kB, which
        # proxies refuse. Then it is kept under the one key that every change in the language purges: too often, never
        # too seldom.
        keys = " ".join([MAP, *_all(whole, catalogue), *narrow])
        return keys if len(keys) <= MOST else " ".join([MAP, *_all(whole | {locale.pk}, catalogue)])


def _all(locales: Iterable[int], catalogue: Catalogue) -> list[str]:
    return sorted(of_all(catalogue.locales_by_id[pk]) for pk in locales)
