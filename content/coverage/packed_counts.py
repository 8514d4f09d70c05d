"""Packs one count for each of many cells into one whole number, so that one addition counts for all of them.

Each cell has a slot of ``WIDTH`` bits, slot 0 lowest. A mask has a one in each slot that it names, so it can be
multiplied by a number of assets and added. With two decimal digits a slot instead of 32 bits:

    pack([0, 2])                 01 00 01    placements that answer the questions of cells 0 and 2
    3 * pack([0, 2])             03 00 03    three assets have these placements
    … + 5 * pack([1, 2])         08 05 03    five others have placements that answer cells 1 and 2
    counts_in(…, 3)              [3, 5, 8]

A signature so costs one multiplication and one addition, however many thousand cells there are, and masks combine by
``&``, ``|`` and ``& ~``. Trap: a slot that falls below zero borrows from its neighbour, so add before you subtract.
"""

from collections.abc import Iterable
from struct import unpack

WIDTH = 32  # bits a slot: a cell counts up to four billion; ``unpack`` reads them as unsigned ints ("I")


def pack(slots: Iterable[int]) -> int:
    """Returns the mask of these slots."""
    number = 0
    for slot in slots:
        number |= 1 << slot * WIDTH
    return number


def counts_in(number: int, size: int) -> list[int]:
    """Returns the counts of the first ``size`` slots; linear, unlike a shift for each of them."""
    return list(unpack(f"<{size}I", number.to_bytes(size * WIDTH // 8, "little")))


def count_in(number: int, slot: int) -> int:
    """Returns the count of one slot."""
    return number >> slot * WIDTH & (1 << WIDTH) - 1


def slots_in(mask: int, size: int) -> list[int]:
    """Returns those of the first ``size`` slots that are not zero, ascending."""
    return [slot for slot, count in enumerate(counts_in(mask, size)) if count]
