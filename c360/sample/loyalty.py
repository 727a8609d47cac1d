"""The loyalty programme: accounts with tiers, and the ledger of their points."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from random import Random

from c360.sample.draws import draw
from c360.sample.moments import draw_moments, draw_months
from c360.sample.shapes import Record

FIRST_ACCOUNT = 5001
_TIERS = (("Bronze", 34), ("Silver", 30), ("Gold", 18), ("Platinum", 9), ("Diamond", 4))
_ODD_TIERS = ("Copper", "gold", "SILVER", "")  # unlisted, spelled otherwise, absent
_ONE_ACCOUNT, _MORE_ACCOUNTS = 0.33, 0.33  # of the customers; the others have none
_SPENT = 0.3  # share of the entries that take points away
_GAINS = ("Purchase", "Bonus", "Birthday", "Review")


def build_accounts(rng: Random, customers: Sequence[Record]) -> list[Record]:
    """One row per account. A third of the customers has two or three, of different tiers."""
    owners: list[tuple[str, str]] = []
    for customer in customers:
        chance = rng.random()
        if chance < _MORE_ACCOUNTS:
            tiers = rng.sample([tier for tier, _ in _TIERS], rng.choice((2, 2, 3)))
        elif chance < _MORE_ACCOUNTS + _ONE_ACCOUNT:
            tiers = [draw(rng, _TIERS)]
        else:
            tiers = []
        owners.extend((customer["CustomerID"], tier) for tier in tiers)
    owners.extend(("", tier) for tier in ("Silver", "Gold"))  # cards that nobody registered
    rng.shuffle(owners)
    return [
        {
            "LoyaltyID": str(FIRST_ACCOUNT + at),
            "CustomerID": owner,
            "PointsEarned": "0",  # set when the ledger is known
            "TierLevel": _ODD_TIERS[at // 30 % len(_ODD_TIERS)] if at % 30 == 29 else tier,  # noqa: PLR2004
            "JoinDate": str(dt.date(2019, 1, 1) + dt.timedelta(days=rng.randrange(2400))),
        }
        for at, (owner, tier) in enumerate(owners)
    ]


def build_ledger(rng: Random, count: int, accounts: Sequence[Record]) -> list[Record]:
    """One row per change of points, oldest first; a few name an account that does not exist."""
    numbers = [account["LoyaltyID"] for account in accounts]
    rows = []
    for moment in draw_moments(rng, draw_months(rng, count), "online"):
        spends = rng.random() < _SPENT
        rows.append(
            {
                "LoyaltyID": rng.choice(numbers) if rng.random() > 0.01 else "999999",  # noqa: PLR2004
                "DateTime": moment,
                "PointsChange": str(-10 * rng.randint(5, 40) if spends else rng.randint(5, 250)),
                "Reason": "Redemption" if spends else rng.choice((*_GAINS, *_GAINS, "")),
            }
        )
    return rows


def with_points(rng: Random, accounts: Sequence[Record], ledger: Sequence[Record]) -> list[Record]:
    """The accounts with PointsEarned, which never agrees with the ledger, as in real exports."""
    net: Counter[str] = Counter()
    for entry in ledger:
        net[entry["LoyaltyID"]] += int(entry["PointsChange"])
    return [
        {
            **account,
            "PointsEarned": str(max(net[account["LoyaltyID"]], 0) + rng.randint(500, 3000)),
        }
        for account in accounts
    ]
