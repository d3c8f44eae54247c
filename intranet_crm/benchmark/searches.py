"""The one box: each kind of thing typed, rare, common and none, by each role."""

from urllib.parse import quote

from intranet_crm.benchmark.timing import Timing
from intranet_crm.benchmark.visitors import Visitors, nth
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.reference.pinyin import initials

SAMPLES = 12
TYPED = {
    "1 character, common": ("公", "科", "上", "技"),
    "1 character, none": ("龘", "璟"),
    "2 characters, common": ("科技", "上海", "机械", "有限"),
    "2 characters, none": ("璟玥", "龘龘"),
    "4 characters, common": ("有限公司", "信息技术", "精密机械"),
    "4 characters, none": ("璟玥瑄瑜", "有限科技"),
    "initials, common": ("s", "sh", "kj", "shkj"),
    "initials, none": ("qqqq", "vvv"),
    "phone tail": ("8888", "1234", "0000", "6020"),
    "contact, common": ("王", "李", "wj"),
}


def measured(visitors: Visitors) -> dict[str, Timing]:
    """Timings of the suggestions for each kind, then of the page of all that was found."""
    typed, common = TYPED | _rare(visitors), TYPED["2 characters, common"]
    found = {}
    for role, people in visitors.roles.items():
        for kind, words in typed.items():
            found[f"search {kind}, {role}"] = visitors.get(
                people, lambda _, n, words=words: f"/search/suggestions?q={quote(nth(words, n))}"
            )
        found[f"search page, common, {role}"] = visitors.get(
            people, lambda _, n: f"/search?q={quote(nth(common, n))}"
        )
    return found


def _rare(visitors: Visitors) -> dict[str, list[str]]:
    """What a few customers have: parts of names taken by chance, half of them of those who ask."""
    own = [key for keys in visitors.own.values() for key in keys]
    keys = visitors.chance.sample(own, min(SAMPLES // 2, len(own)))
    keys += visitors.chance.sample(range(1, visitors.customers + 1), SAMPLES // 2)
    columns = (Customer.name, Customer.number, Customer.phone)
    customers = list(
        Customer.select(*columns).where(Customer.id.in_(keys), Customer.kind == "enterprise").tuples()
    )
    contacts = [name for (name,) in Contact.select(Contact.name).where(Contact.customer.in_(keys)).tuples()]
    names = [name for name, *_ in customers]
    return {
        "2 characters, rare": [name[2:4] for name in names],
        "4 characters, rare": [name[:4] for name in names],
        "initials, rare": [initials(name)[:6] for name in names],
        "number": [number for _, number, _ in customers],
        "phone": [phone for *_, phone in customers],
        "contact, rare": contacts,
    }
