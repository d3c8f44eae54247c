"""The commands of ``scripts/manage`` and what ``scripts/start`` serves."""

import argparse
import getpass
import logging
import os
import sys

import intranet_crm
from intranet_crm.config import BadSetting, Settings, load_settings


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/manage", description="公司内网客户档案系统的管理命令")
    parser.add_argument("--version", action="version", version=intranet_crm.__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (help_text, options, _) in COMMANDS.items():
        sub = commands.add_parser(name, help=help_text, description=help_text)
        for flags, settings in options:
            sub.add_argument(*flags, **settings)
    chosen = parser.parse_args(arguments)
    os.umask(0o077)  # database, files and logs hold personal data: for this account alone
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        return COMMANDS[chosen.command][2](load_settings(), chosen) or 0
    except BadSetting as error:
        print(f"设置有误：{error}", file=sys.stderr)
        return 2


def _connected(settings: Settings) -> None:
    from intranet_crm.database import migrate

    intranet_crm.connect(settings)
    migrate()


def _migrate(settings: Settings, _chosen: argparse.Namespace) -> int:
    from intranet_crm.database import migrate

    intranet_crm.connect(settings)
    names = migrate()
    print("\n".join(f"已执行 {name}" for name in names) or "数据库已是最新。")
    return 0


def _create_user(settings: Settings, chosen: argparse.Namespace) -> int:
    from intranet_crm.accounts.models import Department, Person
    from intranet_crm.accounts.rules import Role, clean_username, password_fault
    from intranet_crm.database import database

    _connected(settings)
    roles = [Role(word) for word in chosen.role]
    with database.connection_context():
        if Person.get_or_none(Person.username == clean_username(chosen.username)):
            print(f"账号 {chosen.username} 已存在。", file=sys.stderr)
            return 1
        password = _asked_password(chosen.username)
        if fault := password_fault(password, chosen.username):
            print(fault, file=sys.stderr)
            return 1
        department = Department.get_or_none(Department.name == chosen.department)
        department = department or Department.found(chosen.department)
        Person.enrol(
            username=chosen.username,
            name=chosen.name,
            department=department,
            roles=roles,
            password=password,
        )
    print(f"已创建 {chosen.name}（{chosen.username}），首次登录须修改口令。")
    return 0


def _asked_password(username: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"{username} 的初始口令：")
    return sys.stdin.readline().rstrip("\n")


def _reset_password(settings: Settings, chosen: argparse.Namespace) -> int:
    from intranet_crm.accounts import passwords
    from intranet_crm.accounts.models import Person
    from intranet_crm.accounts.rules import clean_username
    from intranet_crm.database import database

    _connected(settings)
    with database.connection_context():
        person = Person.get_or_none(Person.username == clean_username(chosen.username))
        if person is None:
            print(f"没有账号 {chosen.username}。", file=sys.stderr)
            return 1
        password = passwords.issued()
        person.set_password(password, issued=True, by=None)
    print(f"{person.name} 的临时口令：{password}（下次登录须修改）")
    return 0


def _worker(settings: Settings, _chosen: argparse.Namespace) -> int:
    from intranet_crm import background

    _connected(settings)
    background.run_worker()
    return 0


def _routes(settings: Settings, _chosen: argparse.Namespace) -> int:
    app = intranet_crm.create_app(settings)
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        methods = ",".join(sorted(rule.methods - {"HEAD", "OPTIONS"}))
        print(f"{methods:<10} {rule.rule:<48} {rule.endpoint}")
    return 0


def _serve(settings: Settings, chosen: argparse.Namespace) -> int:
    from intranet_crm import serving

    return serving.serve(settings, demo=chosen.demo)


def _seed(settings: Settings, chosen: argparse.Namespace) -> int:
    from intranet_crm import seeding

    _connected(settings)
    return seeding.seed(chosen.customers, chosen.followups, chosen.random_seed, chosen.papers)


def _reindex(settings: Settings, _chosen: argparse.Namespace) -> int:
    from intranet_crm.customers.filter_folding import rebuild as rebuild_sets
    from intranet_crm.customers.search_rebuild import rebuild
    from intranet_crm.database import database

    _connected(settings)
    done = 0
    with database.connection_context():
        for done in rebuild():
            print(f"  已重建 {done} 位客户的搜索索引", flush=True)
    print(f"搜索索引已是最新，共 {done} 位客户。")
    with database.connection_context():
        for _done in rebuild_sets():
            pass
    print("列表的筛选集已是最新。")
    return 0


def _verify(settings: Settings, _chosen: argparse.Namespace) -> int:
    from intranet_crm import verification

    _connected(settings)
    return verification.verify()


_USERNAME = (("username",), {"help": "账号"})
COMMANDS = {
    "migrate": ("把数据库结构升级到最新", [], _migrate),
    "create-user": (
        "新建人员；初始口令从终端或标准输入读取",
        [
            _USERNAME,
            (("--name",), {"required": True, "help": "姓名"}),
            (("--department",), {"required": True, "help": "部门，没有则新建"}),
            (("--role",), {"action": "append", "required": True, "help": "角色，可重复"}),
        ],
        _create_user,
    ),
    "reset-password": ("发给一个人新的临时口令", [_USERNAME], _reset_password),
    "seed": (
        "写入大量模拟客户，供测速用",
        [
            (("--customers",), {"type": int, "required": True, "help": "客户数"}),
            (("--followups",), {"type": int, "default": 0, "help": "跟进记录数"}),
            (("--papers",), {"type": int, "default": 0, "help": "采集表份数，连同复核、档案和日志"}),
            (("--random-seed",), {"type": int, "default": 1, "help": "随机种子"}),
        ],
        _seed,
    ),
    "verify": ("核对档案、文件与审计链，有出入则退出码为 1", [], _verify),
    "reindex": ("重建客户和联系人的搜索索引、列表的筛选集；可随时中断、重做", [], _reindex),
    "worker": ("运行后台任务进程", [], _worker),
    "routes": ("列出全部地址", [], _routes),
    "serve": (
        "运行网页服务与后台任务",
        [(("--demo",), {"action": "store_true", "help": "示例公司，使用单独的数据"})],
        _serve,
    ),
}

if __name__ == "__main__":
    sys.exit(main())
