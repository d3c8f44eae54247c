"""``python -m tests.browser.prepare``: the settings' database, migrated, with the cast in it."""

import intranet_crm
from intranet_crm.config import load_settings
from intranet_crm.database import database, migrate
from tests.cast import enrol_cast

if __name__ == "__main__":
    intranet_crm.connect(load_settings())
    migrate()
    with database.connection_context():
        enrol_cast()
