"""The group robot of 企业微信 or 钉钉: one text by HTTP, with a time-out, to that address and no other."""

import base64
import hashlib
import hmac
import json
import time
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote_plus, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from intranet_crm.config import Robot
from intranet_crm.notices.channels import NotTaken

SECONDS = 10
LONGEST_ANSWER = 65536


class _StayHere(HTTPRedirectHandler):
    """The address is a secret: it is not carried to another host."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


def say(robot: Robot, text: str) -> None:
    """Put a text into the group; returns when the robot has taken it, raises NotTaken."""
    body = json.dumps({"msgtype": "text", "text": {"content": text}}, ensure_ascii=False).encode()
    request = Request(signed(robot, int(time.time() * 1000)), body, {"Content-Type": "application/json"})  # noqa: S310
    host = urlsplit(robot.url).hostname
    try:
        with build_opener(_StayHere).open(request, timeout=SECONDS) as answer:
            said = json.loads(answer.read(LONGEST_ANSWER))
    except HTTPError as error:
        raise NotTaken(f"{host} 没有接受（HTTP {error.code}）") from None
    except (OSError, HTTPException) as error:
        raise NotTaken(f"连不上 {host}（{type(error).__name__}）") from None
    except ValueError:
        said = None
    code = said.get("errcode") if isinstance(said, dict) else None
    if code != 0:
        raise NotTaken(
            f"{host} 没有接受（{'回答不是机器人的格式' if code is None else f'errcode {str(code)[:12]}'}）"
        )


def signed(robot: Robot, milliseconds: int) -> str:
    """The address, with the signature that 钉钉 asks for when the robot has a secret."""
    if not robot.secret:
        return robot.url
    said = f"{milliseconds}\n{robot.secret}".encode()
    digest = hmac.new(robot.secret.encode(), said, hashlib.sha256).digest()
    joint = "&" if "?" in robot.url else "?"
    return f"{robot.url}{joint}timestamp={milliseconds}&sign={quote_plus(base64.b64encode(digest))}"
