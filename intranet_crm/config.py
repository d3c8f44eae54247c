"""Settings from the environment, checked once at the start; a bad one stops it with one clear line."""

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit


class BadSetting(ValueError):
    """A setting that cannot be used; the text names it and says what would do."""


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
    )
