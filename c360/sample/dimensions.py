"""The four tables that others refer to: customers, products, stores and agents."""

from __future__ import annotations

from itertools import islice
from random import Random

from c360.sample.people import Person, invent_people
from c360.sample.shapes import Record

FIRST_CUSTOMER, FIRST_PRODUCT, FIRST_STORE, FIRST_AGENT = 1001, 501, 11, 301
LOCATIONS = (
    *("Airport", "Central Station", "Harbour", "Hillside", "Lakeview", "Market Square"),
    *("Northgate", "Old Town", "Riverside", "Southpark", "University", "West End"),
)
# Category, the price around which its products lie, and what it sells.
CATALOGUE = (
    ("Beauty", 18, ("Face Cream", "Hand Balm", "Shampoo")),
    ("Books", 14, ("Cook Book", "Crime Novel", "Travel Guide")),
    ("Clothing", 45, ("Denim Jacket", "Rain Coat", "T-Shirt", "Wool Scarf")),
    ("Electronics", 180, ('Monitor 24"', "Headphones", "Phone Case", "Smart Speaker")),
    ("Grocery", 7, ("Coffee Beans, whole", "Olive Oil", "Oat Biscuits")),
    ("Home", 60, ("Desk Lamp", "Frying Pan", "Throw Pillow")),
    ("Sports", 55, ("Running Shoes", "Water Bottle", "Yoga Mat")),
    ("Toys", 25, ("Board Game", "Building Blocks", "Puzzle, 500 pieces")),
)
_OPEN_HOURS = ("08:00-20:00", "09:00-21:00", "10:00-20:00")
_DEPARTMENTS = ("Billing", "Delivery", "Returns", "Technical Support")
_SHIFTS = ("Morning", "Evening", "Night")
# Text that careless readers take for a line end or for nothing: it is part of the value.
_ODD_TEXT = ("\u2028", "\u200e", "\ufeff", "\u200b")


def build_customers(rng: Random, count: int) -> list[Record]:
    """One row per customer; a few lack an address, a few carry characters that nobody sees."""
    people = islice(invent_people(rng), count)
    return [_customer(FIRST_CUSTOMER + at, person, at) for at, person in enumerate(people)]


def _customer(number: int, person: Person, at: int) -> Record:
    address = person.address
    if at % 50 < len(_ODD_TEXT):
        address = address[:5] + _ODD_TEXT[at % 50] + address[5:]
    return {
        "CustomerID": str(number),
        "Name": person.name,
        "Email": "" if at % 60 == 9 else person.email,  # noqa: PLR2004  one in sixty has none
        "Address": "" if at % 40 == 7 else address,  # noqa: PLR2004  one in forty has none
    }


def build_products(rng: Random, count: int) -> list[Record]:
    """One row per product. Names repeat under other ids; the last two lack category or price."""
    rows = []
    for at in range(count):
        category, price, names = CATALOGUE[at % len(CATALOGUE)]
        rows.append(
            {
                "ProductID": str(FIRST_PRODUCT + at),
                "Name": names[at // len(CATALOGUE) % len(names)],
                "Category": "" if at == count - 2 else category,
                "Price": "" if at == count - 1 else money(int(price * rng.uniform(50, 180))),
            }
        )
    return rows


def build_stores(rng: Random, count: int) -> list[Record]:
    """One row per store. Several share a Location, the last has none."""
    managers = invent_people(rng)
    return [
        {
            "StoreID": str(FIRST_STORE + at),
            "Location": "" if at == count - 1 else LOCATIONS[at % len(LOCATIONS)],
            "Manager": next(managers).name,
            "OpenHours": rng.choice(_OPEN_HOURS),
        }
        for at in range(count)
    ]


def build_agents(rng: Random, count: int) -> list[Record]:
    """One row per agent; the last belongs to no department."""
    people = invent_people(rng)
    return [
        {
            "AgentID": str(FIRST_AGENT + at),
            "Name": next(people).name,
            "Department": "" if at == count - 1 else _DEPARTMENTS[at % len(_DEPARTMENTS)],
            "Shift": rng.choice(_SHIFTS),
        }
        for at in range(count)
    ]


def money(cents: int) -> str:
    """An amount with two decimals, for example `12.50`."""
    return f"{cents // 100}.{cents % 100:02}"
