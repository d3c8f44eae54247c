import pytest

from intranet_crm.audit import chain
from intranet_crm.intake.models import Submission
from intranet_crm.proofs import packages
from tests.paper.conftest import folders, make_record, record, sheets  # noqa: F401 - the same records


@pytest.fixture(autouse=True)
def package_folder(folders):  # noqa: F811
    packages.shelf.keep_in(folders / "packages")


@pytest.fixture
def sealed(record):  # noqa: F811
    """A record whose submission has a real document, too: the sheet's will do."""
    Submission.update(document=type(record).get_by_id(record.id).sheet_id).execute()
    chain.seal()
    return type(record).get_by_id(record.id)
