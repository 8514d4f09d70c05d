"""One count for each of many cells side by side in one whole number, so that one sum adds to all of them."""

from collections.abc import Iterable
from struct import unpack

WIDTH = 32  # bits a lane: a cell counts up to four milliards


def pack(places: Iterable[int]) -> int:
    """A one in each lane of ``places``; a mask as well, since a lane holds nothing else."""
    number = 0
    for place in places:
        number |= 1 << place * WIDTH
    return number


def counts_in(number: int, size: int) -> list[int]:
    """What stands in each of the first ``size`` lanes."""
    return list(unpack(f"<{size}I", number.to_bytes(size * WIDTH // 8, "little")))


def count_in(number: int, place: int) -> int:
    """What stands in one lane."""
    return number >> place * WIDTH & (1 << WIDTH) - 1


def places_in(mask: int, size: int) -> list[int]:
    """Those of the first ``size`` lanes that a mask names."""
    return [place for place, one in enumerate(counts_in(mask, size)) if one]
