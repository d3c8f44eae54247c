"""The menu: which modules a person sees."""

from dataclasses import dataclass

from flask import current_app, request, url_for

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P


@dataclass(frozen=True)
class Item:
    label: str
    icon: str
    endpoint: str
    any_of: tuple[P, ...] = ()

    @property
    def href(self) -> str:
        return url_for(self.endpoint)

    @property
    def active(self) -> bool:
        within = self.href != "/" and request.path.startswith(f"{self.href}/")
        return within or request.path == self.href


MENU = (
    Item("工作台", "home", "home.workbench"),
    Item("客户", "building", "customers.index", (P.SEE_CUSTOMERS,)),
    Item("跟进", "message", "followups.index", (P.SEE_CUSTOMERS,)),
    Item("采集", "clipboard", "intake.index", (P.COLLECT, P.SEE_CONTACTS)),
    Item("审核", "check-square", "reviews.index", (P.REVIEW,)),
    Item("档案", "archive", "archive.index", (P.SEE_SHEETS, P.SEE_AUDIT)),
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
