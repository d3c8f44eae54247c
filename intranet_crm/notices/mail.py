"""E-mail by SMTP: one connection for as many as are due, every step with a time-out."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import formataddr, formatdate

from intranet_crm.config import SmtpServer
from intranet_crm.notices.channels import NotTaken

SECONDS = 10  # a step; a whole message stays below the lease


def composed(server: SmtpServer, to: str, subject: str, text: str, message_id: str) -> EmailMessage:
    """The e-mail; ``message_id`` is the same for each attempt, so that a mailbox can tell a second copy."""
    mail = EmailMessage()
    mail["From"] = formataddr(("客户档案", server.sender))
    mail["To"] = to
    mail["Subject"] = " ".join(subject.split())
    mail["Date"] = formatdate(localtime=False)
    mail["Message-ID"] = f"<{message_id}@{server.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    return mail


@contextmanager
def connected(server: SmtpServer) -> Iterator[smtplib.SMTP]:
    """A connection that is signed in; raises NotTaken."""
    try:
        connection = _open(server)
    except ssl.SSLCertVerificationError as error:
        raise NotTaken(f"邮件服务器的证书不受信任：{error.verify_message}") from None
    except smtplib.SMTPAuthenticationError as error:
        raise NotTaken(f"邮件服务器不接受用户名或口令（{error.smtp_code}）") from None
    except smtplib.SMTPNotSupportedError:
        raise NotTaken("邮件服务器不支持 STARTTLS 或登录，请核对 CRM_SMTP") from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(f"连不上邮件服务器 {server.host}:{server.port}（{type(error).__name__}）") from None
    try:
        yield connection
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.quit()


def _open(server: SmtpServer) -> smtplib.SMTP:
    trusted = ssl.create_default_context()
    if server.tls == "ssl":
        connection = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=trusted)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    try:
        connection.ehlo_or_helo_if_needed()
        is_safe = server.tls == "ssl"
        if server.tls == "starttls" or (not server.tls and connection.has_extn("starttls")):
            connection.starttls(context=trusted)
            is_safe = True
        if server.user:
            if not is_safe and server.tls != "none":
                raise NotTaken("邮件服务器没有提供加密，口令没有发出；确要明文发送请加 tls=none")
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def send(connection: smtplib.SMTP, mail: EmailMessage) -> None:
    """Hand one e-mail in; returns when the server has answered for it, raises NotTaken."""
    try:
        connection.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        code = max(code for code, _ in error.recipients.values())
        raise NotTaken(f"邮件服务器不接受收件邮箱（{code}）", for_good=code >= 500) from None
    except smtplib.SMTPNotSupportedError:
        raise NotTaken("邮件服务器不支持这个收件邮箱的写法", for_good=True) from None
    except smtplib.SMTPDataError as error:
        raise NotTaken(f"邮件服务器拒收（{error.smtp_code}）", for_good=error.smtp_code >= 500) from None
    except smtplib.SMTPResponseException as error:
        raise NotTaken(f"邮件服务器不接受发件地址（{error.smtp_code}）") from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(f"邮件服务器没有回应，或断开了连接（{type(error).__name__}）") from None
