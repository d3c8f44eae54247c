"""Roles, permissions, the default role matrix, and what a good password is; no Flask, no Peewee."""

import unicodedata
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

LOCK_AFTER = 5
LOCK_FOR = timedelta(minutes=15)
IDLE_TIMEOUT = timedelta(minutes=30)
LONGEST_SESSION = timedelta(hours=12)
SHORTEST_PASSWORD = 8


class Role(StrEnum):
    """A2: the words are those on screen."""

    SALES = "销售"
    SUCCESS = "客户成功"
    SERVICE = "客服"
    ANALYST = "市场分析"
    SUPERVISOR = "主管"
    HEAD = "部门负责人"
    ARCHIVIST = "档案员"
    ADMIN = "管理员"
    AUDITOR = "审计员"


class Permission(StrEnum):
    SEE_CUSTOMERS = "查看客户"
    SEE_CONTACTS = "查看完整联系方式"
    EDIT_CUSTOMERS = "编辑客户"
    RECORD_ISSUES = "记录服务问题"
    COLLECT = "填写采集表"
    TAG_IN_BULK = "批量添加标签"
    REASSIGN = "变更负责人"
    EXPORT = "导出"
    DELETE = "删除"
    REVEAL_ID = "查看证件号码"
    REVIEW = "复核采集表"
    URGE = "查看团队逾期并催办"
    SEE_SHEETS = "查看档案"
    CONFIGURE = "系统配置"
    SEE_AUDIT = "查看审计日志"


class Reach(IntEnum):
    """How far a permission goes; a person with several roles has the farthest."""

    NONE = 0
    OWN = 1  # owner, 客户成功经理 or collaborator
    DEPARTMENT = 2
    TEAM = 3  # the department and all below it
    ALL = 4


P, R = Permission, Reach
_OWN_WORK = {
    P.SEE_CUSTOMERS: R.OWN,
    P.SEE_CONTACTS: R.OWN,
    P.EDIT_CUSTOMERS: R.OWN,
    P.RECORD_ISSUES: R.OWN,
    P.COLLECT: R.OWN,
    P.TAG_IN_BULK: R.OWN,
    P.SEE_SHEETS: R.OWN,
}

# requirements A3 and A4: 「Defaults of the role matrix」
DEFAULT_MATRIX: dict[Role, dict[Permission, Reach]] = {
    Role.SALES: _OWN_WORK,
    Role.SUCCESS: _OWN_WORK,
    Role.SERVICE: {P.SEE_CUSTOMERS: R.DEPARTMENT, P.RECORD_ISSUES: R.DEPARTMENT},
    Role.ANALYST: {},
    Role.SUPERVISOR: {
        P.SEE_CUSTOMERS: R.TEAM,
        P.SEE_CONTACTS: R.TEAM,
        P.EDIT_CUSTOMERS: R.OWN,
        P.RECORD_ISSUES: R.OWN,
        P.COLLECT: R.OWN,
        P.TAG_IN_BULK: R.TEAM,
        P.REASSIGN: R.TEAM,
        P.URGE: R.TEAM,
        P.SEE_SHEETS: R.TEAM,
    },
    Role.HEAD: {
        P.SEE_CUSTOMERS: R.TEAM,
        P.SEE_CONTACTS: R.TEAM,
        P.COLLECT: R.OWN,
        P.REASSIGN: R.TEAM,
        P.REVEAL_ID: R.TEAM,
        P.REVIEW: R.TEAM,
        P.URGE: R.TEAM,
        P.SEE_SHEETS: R.TEAM,
    },
    Role.ARCHIVIST: {P.SEE_SHEETS: R.ALL},
    Role.ADMIN: {
        P.SEE_CUSTOMERS: R.ALL,
        P.SEE_CONTACTS: R.ALL,
        P.EDIT_CUSTOMERS: R.ALL,
        P.RECORD_ISSUES: R.ALL,
        P.TAG_IN_BULK: R.ALL,
        P.REASSIGN: R.ALL,
        P.EXPORT: R.ALL,
        P.DELETE: R.ALL,
        P.CONFIGURE: R.ALL,
    },
    Role.AUDITOR: {P.SEE_AUDIT: R.ALL},
}


def reach_of(roles: list[Role], permission: Permission) -> Reach:
    """The farthest reach that any of the roles gives."""
    return max((DEFAULT_MATRIX[role].get(permission, Reach.NONE) for role in roles), default=Reach.NONE)


def roles_with(permission: Permission) -> list[Role]:
    """The roles that give the permission, at any reach."""
    return [role for role in Role if DEFAULT_MATRIX[role].get(permission, Reach.NONE) > Reach.NONE]


def clean_username(text: str) -> str:
    """The account name as it is compared: NFKC, trimmed, lower case (等保 D01: no twins by width or case)."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def password_fault(password: str, username: str) -> str | None:
    """Why a password is not good enough, as a sentence, or None (等保 D01: length, three of four kinds)."""
    if len(password) < SHORTEST_PASSWORD:
        return f"口令至少 {SHORTEST_PASSWORD} 个字符。"
    if len(password) > 128:
        return "口令最多 128 个字符。"
    kinds = [
        any(c.islower() for c in password),
        any(c.isupper() for c in password),
        any(c.isdigit() for c in password),
        any(not c.isalnum() for c in password),
    ]
    if sum(kinds) < 3:
        return "口令应包含大写字母、小写字母、数字、符号中的至少三种。"
    if username and username.lower() in password.lower():
        return "口令不能包含账号名。"
    return None


def session_has_ended(started: datetime, seen: datetime, now: datetime) -> bool:
    """Whether a session is over by idle time or by age (等保 D02)."""
    return now - seen > IDLE_TIMEOUT or now - started > LONGEST_SESSION
