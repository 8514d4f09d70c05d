"""What editors may do next, at random."""

import random
from datetime import datetime, timedelta

from content.models import Asset, Edition
from content.publishing.publish import publish, reschedule, restore, withdraw

HOUR = timedelta(hours=1)


def act(chance: random.Random, assets: list[Asset], now: datetime) -> None:
    """Publishes, withdraws, moves or restores something at ``now``; may be refused."""
    asset = chance.choice(assets)
    start = chance.choice([None, None, now + chance.randint(1, 5) * HOUR])
    end = chance.choice([None, (start or now) + chance.randint(1, 6) * HOUR])
    editions = list(Edition.objects.filter(asset=asset))
    verb = chance.choice(["publish", "publish", "publish", "withdraw", "reschedule", "restore"])
    if verb == "withdraw":
        withdraw(asset, locales=[chance.choice(asset.translations.all()).locale], at=now)
    elif verb == "reschedule" and editions:
        reschedule(chance.choice(editions), live_until=end, at=now)
    elif verb == "restore" and editions:
        restore(chance.choice(editions), live_from=start, live_until=end, at=now)
    else:
        some = [text.locale for text in asset.translations.all() if chance.random() < 0.7]
        publish([asset], locales=some or None, live_from=start, live_until=end, at=now)
