"""Settings from the environment, checked once at the start; a bad one stops it with one clear line."""

import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


class BadSetting(ValueError):
    """A setting that cannot be used; the text names it and says what would do."""


@dataclass(frozen=True)
class SmtpServer:
    """Where e-mail is handed in; ``tls`` is ssl, starttls, none, or '' for STARTTLS where it is offered."""

    host: str
    port: int
    sender: str
    tls: str = ""
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Robot:
    """A group robot of 企业微信 (wecom) or 钉钉 (dingtalk); its address is itself a secret."""

    kind: str
    url: str = field(repr=False)
    secret: str = field(default="", repr=False)  # 钉钉's 加签


@dataclass(frozen=True)
class Settings:
    data: Path
    host: str
    port: int
    database: str
    queue: str
    secret_key: str
    url: str
    proxies: int
    demo_password: str
    smtp: SmtpServer | None = None
    webhook: Robot | None = None

    @property
    def secure(self) -> bool:
        """Whether people reach us by https, so that cookies may demand it."""
        return self.url.startswith("https://")

    @property
    def files(self) -> Path:
        return self.data / "files"

    @property
    def keys(self) -> Path:
        return self.data / "keys"


def _whole_number(name: str, text: str, low: int, high: int) -> int:
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise BadSetting(f"{name} 应为 {low} 到 {high} 之间的整数，现在是 {text!r}")
    return int(text)


def _data_folder(text: str) -> Path:
    folder = Path(text).expanduser().resolve()
    try:
        for part in (folder, folder / "files", folder / "keys", folder / "logs"):
            part.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise BadSetting(f"CRM_DATA 指向的文件夹 {folder} 不能写入：{error.strerror}") from error
    return folder


def _database(text: str, data: Path) -> str:
    if not text:
        return f"sqlite:///{data / 'crm.sqlite3'}"
    parts = urlsplit(text)
    if parts.scheme == "sqlite" and parts.path.startswith("/") and len(parts.path) > 1:
        return text
    if parts.scheme == "mysql" and parts.hostname and re.fullmatch(r"/\w+", unquote(parts.path)):
        return text
    raise BadSetting("CRM_DATABASE 应为 sqlite:///文件 或 mysql://用户:口令@主机:端口/库名")


def _queue(text: str, data: Path) -> str:
    if not text:
        return f"sqlite:///{data / 'queue.sqlite3'}"
    if urlsplit(text).scheme in ("redis", "rediss", "sqlite"):
        return text
    raise BadSetting("CRM_QUEUE 应为 redis://主机:端口/库号，或留空使用 CRM_DATA 中的文件")


def kept_secret(path: Path, length: int = 32) -> str:
    """The secret kept in ``path``; made on first use, readable by the owner only.

    Two processes starting at once agree: the file is linked into place whole, the first wins.
    """
    if not path.exists():
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(length))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def _url(text: str) -> str:
    if text and (urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).hostname):
        raise BadSetting("CRM_URL 应为完整网址，如 http://crm.company.lan:8000")
    return text.rstrip("/")


SMTP_SHAPE = "CRM_SMTP 应为 smtp://用户:口令@主机:端口?from=发件地址&tls=starttls，或 smtps://…"


def _smtp(text: str) -> SmtpServer | None:
    if not text:
        return None
    try:
        parts = urlsplit(text)
        port, given = parts.port, dict(parse_qsl(parts.query, keep_blank_values=True))
    except ValueError:
        raise BadSetting(f"{SMTP_SHAPE}；口令里的特殊字符写成 %XX") from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/"):
        raise BadSetting(f"{SMTP_SHAPE}；口令里的特殊字符写成 %XX")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise BadSetting("CRM_SMTP 的用户和口令要么都写，要么都不写")
    if unknown := set(given) - {"from", "tls"}:
        raise BadSetting(f"CRM_SMTP 不认识参数 {sorted(unknown)[0]!r}，只有 from 和 tls")
    sender = given.get("from", user)
    if not re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+", sender):
        raise BadSetting("CRM_SMTP 缺少发件地址，请加上 ?from=crm@company.cn")
    tls = given.get("tls", "")
    if tls not in ("", "starttls", "none") or (tls and parts.scheme == "smtps"):
        raise BadSetting("CRM_SMTP 的 tls 只能是 starttls 或 none；smtps:// 本身就是加密的，不写 tls")
    usual = 465 if parts.scheme == "smtps" else 587 if user else 25
    return SmtpServer(
        parts.hostname, port or usual, sender, "ssl" if parts.scheme == "smtps" else tls, user, password
    )


# Host of the robot's address: its kind, and the parameter that names the group
ROBOT_HOSTS = {"qyapi.weixin.qq.com": ("wecom", "key"), "oapi.dingtalk.com": ("dingtalk", "access_token")}


def _webhook(text: str) -> Robot | None:
    if not text:
        return None
    url, _, fragment = text.partition("#")
    try:
        parts = urlsplit(url)
        whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        whole = False
    if not whole or not re.fullmatch(r"[\x21-\x7e]+", url):
        raise BadSetting(f"CRM_WEBHOOK 应为群机器人的完整网址，如 https://{next(iter(ROBOT_HOSTS))}/…")
    kind, needed = ROBOT_HOSTS.get(parts.hostname, (fragment, ""))
    if kind not in ("wecom", "dingtalk") or fragment not in ("", kind):
        raise BadSetting("CRM_WEBHOOK 看不出是企业微信还是钉钉的机器人，请在网址末尾加 #wecom 或 #dingtalk")
    given = dict(parse_qsl(parts.query))
    if needed and not given.get(needed):
        raise BadSetting(f"CRM_WEBHOOK 缺少参数 {needed}，请从群机器人的设置里复制完整网址")
    secret = given.get("secret", "")
    if secret and kind == "wecom":
        raise BadSetting("CRM_WEBHOOK 的 secret 是钉钉机器人的加签密钥，企业微信没有")
    kept = "&".join(each for each in parts.query.split("&") if not each.startswith("secret="))
    return Robot(kind, parts._replace(query=kept).geturl(), secret)


def load_settings(env: dict[str, str] | None = None) -> Settings:
    """The settings of this process; raises :class:`BadSetting` with a sentence for the operator."""
    env = dict(os.environ if env is None else env)
    data = _data_folder(env.get("CRM_DATA") or "./var")
    secret_key = env.get("CRM_SECRET_KEY") or kept_secret(data / "keys" / "secret_key")
    if len(secret_key) < 16:
        raise BadSetting("CRM_SECRET_KEY 至少 16 个字符；留空则自动生成并保存在 CRM_DATA")
    password = env.get("CRM_DEMO_PASSWORD", "")
    if password and len(password) < 8:
        raise BadSetting("CRM_DEMO_PASSWORD 至少 8 个字符")
    return Settings(
        data=data,
        host=env.get("CRM_HOST") or "0.0.0.0",  # noqa: S104 - the LAN is the point
        port=_whole_number("CRM_PORT", env.get("CRM_PORT") or "8000", 1, 65535),
        database=_database(env.get("CRM_DATABASE", ""), data),
        queue=_queue(env.get("CRM_QUEUE", ""), data),
        secret_key=secret_key,
        url=_url(env.get("CRM_URL", "")),
        proxies=_whole_number("CRM_PROXIES", env.get("CRM_PROXIES") or "0", 0, 10),
        demo_password=password,
        smtp=_smtp(env.get("CRM_SMTP", "")),
        webhook=_webhook(env.get("CRM_WEBHOOK", "")),
    )
