from tests.paper.conftest import folders, make_record, record, sheets  # noqa: F401 - the same records
