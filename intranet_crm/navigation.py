"""What stands around every page: the menu, the unread notices, the search box."""

from dataclasses import dataclass
from functools import cached_property

from flask import current_app, request, url_for

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.archive.models import may_file
from intranet_crm.notices.queries import unread_count
from intranet_crm.search.queries import SEARCHERS


@dataclass(frozen=True)
class Item:
    label: str
    icon: str
    endpoint: str
    any_of: tuple[P, ...] = ()
    rooms: tuple[str, ...] = ()  # further blueprints that belong to it

    @property
    def href(self) -> str:
        return url_for(self.endpoint)

    @property
    def active(self) -> bool:
        within = self.href != "/" and request.path.startswith(f"{self.href}/")
        return within or request.path == self.href or request.blueprint in self.rooms


MENU = (
    Item("工作台", "home", "home.workbench"),
    Item("客户", "building", "customers.index", (P.SEE_CUSTOMERS,)),
    Item("跟进", "message", "followups.index", (P.SEE_CUSTOMERS,)),
    Item("采集", "clipboard", "intake.index", (P.COLLECT, P.SEE_CONTACTS), ("collections",)),
    Item("审核", "check-square", "reviews.index", (P.REVIEW,)),
    Item(
        "档案",
        "archive",
        "archive.index",
        (P.SEE_SHEETS, P.SEE_AUDIT),
        ("prints", "scans"),
    ),
    Item("客户成功", "success", "service_issues.index", (P.SEE_CUSTOMERS,)),
    Item("管理", "settings", "admin.index", (P.CONFIGURE,)),
    Item("审计", "shield", "audit.index", (P.SEE_AUDIT,)),
)


def menu_for(person: Person) -> list[Item]:
    """The modules that are built in and that one of the person's roles may enter."""
    return [
        item
        for item in MENU
        if item.endpoint in current_app.view_functions
        and (not item.any_of or any(person.may(p) for p in item.any_of))
    ]


class Shell:
    """What the shell shows to a person, or to nobody; found when a page asks, for parts have no shell."""

    def __init__(self, person: Person | None) -> None:
        self.person = person if person and person.is_authenticated else None

    @cached_property
    def navigation(self) -> list[Item]:
        return menu_for(self.person) if self.person else []

    @cached_property
    def unread_notices(self) -> int:
        return unread_count(self.person) if self.person else 0

    @cached_property
    def sees_sheets(self) -> bool:
        return bool(self.person) and self.person.may(P.SEE_SHEETS)

    @cached_property
    def keeps_archive(self) -> bool:
        return bool(self.person) and may_file(self.person)

    @cached_property
    def may_search(self) -> bool:
        return bool(self.person) and any(map(self.person.may, SEARCHERS))
