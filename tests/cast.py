"""The fixed cast of every test: one or more people of each role, in a small company."""

from intranet_crm.accounts import passwords
from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.rules import Role

PASSWORD = "Kehu-2026-ok"

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


def enrol_cast() -> None:
    """Everybody into the connected database; one hash for all, since hashing is slow on purpose."""
    made: dict[str, Department] = {}
    for name, above in DEPARTMENTS:
        made[name] = Department.found(name, made.get(above))
    known = passwords.hashed(PASSWORD)
    for username, name, role, department in PEOPLE:
        person = Person.enrol(
            username=username,
            name=name,
            department=made[department],
            roles=[Role(role)],
            password="Not-used-1",
            must_change_password=False,
        )
        Person.update(password_hash=known).where(Person.id == person.id).execute()
