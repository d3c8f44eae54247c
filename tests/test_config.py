"""Settings: what is understood, and what stops the start with one line that keeps the secrets."""

import pytest

from intranet_crm.config import BadSetting, Robot, SmtpServer, load_settings


@pytest.fixture
def settings(tmp_path):
    return lambda **env: load_settings({"CRM_DATA": str(tmp_path), **env})


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("smtp://mail.lan?from=crm@company.cn", SmtpServer("mail.lan", 25, "crm@company.cn")),
        (
            "smtp://crm:p%40ss@mail.lan:2525?from=crm@company.cn&tls=starttls",
            SmtpServer("mail.lan", 2525, "crm@company.cn", "starttls", "crm", "p@ss"),
        ),
        (
            "smtps://crm%40company.cn:secret@mail.lan/",
            SmtpServer("mail.lan", 465, "crm@company.cn", "ssl", "crm@company.cn", "secret"),
        ),
        (
            "smtp://crm@company.cn:secret@mail.lan?tls=none",
            SmtpServer("mail.lan", 587, "crm@company.cn", "none", "crm@company.cn", "secret"),
        ),
        ("", None),
    ],
)
def test_the_mail_server_is_read_from_one_address(settings, text, server):
    assert settings(CRM_SMTP=text).smtp == server


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mail.lan:587", "CRM_SMTP 应为 smtp://"),
        ("http://mail.lan?from=crm@company.cn", "CRM_SMTP 应为 smtp://"),
        ("smtp://u:hidden#word@mail.lan:587?from=a@b.cn", "%XX"),
        ("smtp://u:hidden/word@mail.lan:587?from=a@b.cn", "%XX"),
        ("smtp://mail.lan:99999?from=a@b.cn", "%XX"),
        ("smtp://mail.lan", "?from="),
        ("smtp://mail.lan?from=crm", "?from="),
        ("smtp://hidden@mail.lan?from=a@b.cn", "都写"),
        ("smtp://mail.lan?from=a@b.cn&tls=maybe", "starttls"),
        ("smtps://mail.lan?from=a@b.cn&tls=none", "starttls"),
        ("smtp://mail.lan?from=a@b.cn&timeout=3", "'timeout'"),
    ],
)
def test_a_bad_mail_server_is_refused_in_one_line(settings, text, said):
    with pytest.raises(BadSetting) as refused:
        settings(CRM_SMTP=text)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "hidden" not in str(refused.value)


WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=hidden"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=hidden"


@pytest.mark.parametrize(
    ("text", "robot"),
    [
        (WECOM, Robot("wecom", WECOM)),
        (f"{DINGTALK}&secret=SECabc", Robot("dingtalk", DINGTALK, "SECabc")),
        (f"{DINGTALK}#dingtalk", Robot("dingtalk", DINGTALK)),
        ("http://gateway.lan/robot?to=1#wecom", Robot("wecom", "http://gateway.lan/robot?to=1")),
        ("", None),
    ],
)
def test_the_robot_is_known_by_its_host_or_by_what_is_added(settings, text, robot):
    assert settings(CRM_WEBHOOK=text).webhook == robot


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("qyapi.weixin.qq.com/hidden", "完整网址"),
        ("https://gateway.lan/有 空格", "完整网址"),
        ("https://[gateway/hidden", "完整网址"),
        ("https://gateway.lan:port/hidden", "完整网址"),
        ("https://gateway.lan/hidden", "#wecom"),
        ("https://gateway.lan/hidden#feishu", "#wecom"),
        (f"{WECOM}#dingtalk", "#wecom"),
        (f"{WECOM}&secret=hidden", "加签"),
        ("https://oapi.dingtalk.com/robot/send", "access_token"),
    ],
)
def test_a_bad_robot_is_refused_in_one_line(settings, text, said):
    with pytest.raises(BadSetting) as refused:
        settings(CRM_WEBHOOK=text)
    assert said in str(refused.value)
    assert "hidden" not in str(refused.value)


def test_secrets_are_not_in_what_is_printed_of_the_settings(settings):
    shown = repr(
        settings(CRM_SMTP="smtps://crm:hidden1@m.lan?from=a@b.cn", CRM_WEBHOOK=f"{DINGTALK}&secret=hidden2")
    )
    assert "hidden" not in shown
