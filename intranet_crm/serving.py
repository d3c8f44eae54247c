"""``scripts/start``: the web server and the worker as two children of one process."""

import os
import signal
import socket
import subprocess
import sys
import time

import intranet_crm
from intranet_crm.accounts import passwords
from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.rules import Role
from intranet_crm.config import Settings
from intranet_crm.database import database, migrate

GRACE = 70  # seconds that a running job may take to finish


def serve(settings: Settings, *, demo: bool) -> int:
    """Serves until SIGTERM or Ctrl-C; returns 0, or 1 when it could not start."""
    if not _port_is_free(settings):
        print(
            f"端口 {settings.port} 已被占用，请停止占用它的程序，或用 CRM_PORT 换一个端口。", file=sys.stderr
        )
        return 1
    intranet_crm.connect(settings)
    migrate()
    if demo:
        from intranet_crm import demo as demo_company

        if not demo_company.prepare(settings):
            return 1
    elif demo_marker(settings).exists():
        print("这个数据文件夹是示例公司的，请用 CRM_DATA 另指一个，或加 --demo 启动。", file=sys.stderr)
        return 1
    else:
        _first_administrator()
    print(f"网页服务：{settings.url or f'http://{_shown_host(settings.host)}:{settings.port}'}", flush=True)
    return _run_both(settings)


def demo_marker(settings: Settings):
    """The file that tells a demo's data folder from a company's."""
    return settings.data / "demo"


def _first_administrator() -> None:
    """On an empty database: a first administrator with a one-time password, printed here only."""
    with database.connection_context():
        if Person.select().exists():
            return
        password = passwords.issued()
        Person.enrol(
            username="admin",
            name="系统管理员",
            department=Department.found("信息技术部"),
            roles=[Role.ADMIN],
            password=password,
        )
    print(f"首位管理员 账号 admin 一次性口令 {password}（登录后须立即修改）", flush=True)


def _port_is_free(settings: Settings) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            return False
    return True


def _shown_host(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104


def _commands(settings: Settings) -> list[list[str]]:
    gunicorn = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"{settings.host}:{settings.port}"]
    gunicorn += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--timeout", "60"]
    gunicorn += ["--graceful-timeout", "30", "--log-level", "warning", "--no-control-socket"]
    return [gunicorn, [sys.executable, "-m", "intranet_crm.cli", "worker"]]


def _run_both(settings: Settings) -> int:
    environment = os.environ | {
        "CRM_DATA": str(settings.data),
        "CRM_DATABASE": settings.database,
        "CRM_QUEUE": settings.queue,
    }
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    stopping = False

    def stop(_signal: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    commands = _commands(settings)
    # Own sessions: Ctrl-C reaches this process alone, which then stops both in good order.
    start = [
        lambda command=command: subprocess.Popen(  # noqa: S603 - our own two commands
            command, env=environment, cwd=root, start_new_session=True
        )
        for command in commands
    ]
    children = [begin() for begin in start]
    while not stopping:
        time.sleep(0.2)
        for index, child in enumerate(children):
            if child.poll() is not None and not stopping:
                print(f"{commands[index][2]} 意外退出（{child.returncode}），正在重新启动。", file=sys.stderr)
                time.sleep(1)
                children[index] = start[index]()
    for child in children:
        child.terminate()
    deadline = time.monotonic() + GRACE
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
    print("已停止。")
    return 0
