"""The people of the invented company and its departments (contract: demo people)."""

from intranet_crm.accounts import passwords
from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.rules import Role

# (department, the one above it)
DEPARTMENTS = (
    ("总经理室", None),
    ("华东销售部", "总经理室"),
    ("华东销售一组", "华东销售部"),
    ("华南销售部", "总经理室"),
    ("华南销售一组", "华南销售部"),
    ("客户成功部", "总经理室"),
    ("市场部", "总经理室"),
    ("综合档案室", "总经理室"),
    ("信息技术部", "总经理室"),
    ("审计部", "总经理室"),
)

# (account, name, role, department)
PEOPLE = (
    ("chenjing", "陈静", "销售", "华东销售一组"),
    ("wanglei", "王磊", "销售", "华东销售一组"),
    ("zhaomin", "赵敏", "销售", "华南销售一组"),
    ("liqiang", "李强", "主管", "华东销售一组"),
    ("zhoufang", "周芳", "部门负责人", "华东销售部"),
    ("sunhao", "孙浩", "部门负责人", "华南销售部"),
    ("huangli", "黄丽", "客户成功", "客户成功部"),
    ("guoyan", "郭岩", "部门负责人", "客户成功部"),
    ("linhai", "林海", "部门负责人", "总经理室"),
    ("hetao", "何涛", "客服", "客户成功部"),
    ("tangjia", "唐佳", "市场分析", "市场部"),
    ("xujing", "徐静", "档案员", "综合档案室"),
    ("admin", "系统管理员", "管理员", "信息技术部"),
    ("auditor", "审计员", "审计员", "审计部"),
)


def enrol(password: str) -> dict[str, Person]:
    """Everybody by account name, each with this password and no need to change it."""
    places: dict[str | None, Department | None] = {None: None}
    for name, above in DEPARTMENTS:
        places[name] = Department.found(name, places[above])
    return {
        username: Person.enrol(
            username=username,
            name=name,
            department=places[department],
            roles=[Role(role)],
            password=password,
            must_change_password=False,
        )
        for username, name, role, department in PEOPLE
    }


def give_password(password: str) -> None:
    """Let everybody sign in with another password from now on."""
    for person in Person.select().where(Person.username.in_([username for username, *_ in PEOPLE])):
        if not passwords.fits(password, person.password_hash):
            person.set_password(password, issued=False, by=None)


def table(password: str) -> str:
    """The demo people for the console: account, name, role, department, and the password."""
    rows = ["  ".join(_wide(word, 12) for word in row) for row in PEOPLE]
    return "\n".join(["示例人员：", *(f"  {row}" for row in rows), f"口令都是 {password}"])


def _wide(word: str, width: int) -> str:
    """The word filled up to so many columns of a console, where a Chinese character takes two."""
    return word + " " * (width - len(word) - sum(not char.isascii() for char in word))
