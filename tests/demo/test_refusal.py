"""The demo beside real data, and its password."""

from intranet_crm import demo
from intranet_crm.config import load_settings


def test_it_refuses_a_database_with_real_people(db, people, tmp_path, capsys):
    db.close()
    settings = load_settings({"CRM_DATA": str(tmp_path)})
    assert demo.prepare(settings) is False
    assert "已有真实数据" in capsys.readouterr().err
    assert not (tmp_path / "demo").exists()


def test_the_generated_password_is_for_the_owner_of_the_folder_only(tmp_path):
    settings = load_settings({"CRM_DATA": str(tmp_path)})
    first = demo._password(settings)
    kept = settings.keys / "demo-password"
    assert demo._password(settings) == first
    assert kept.stat().st_mode & 0o077 == 0
