"""What the ledger is narrowed to, from query parameters."""

from typing import Any

from wtforms import Form

from intranet_crm.accounts.models import Person
from intranet_crm.addresses import whole_number
from intranet_crm.batches.operations import kinds
from intranet_crm.batches.queries import workers
from intranet_crm.reference.form_fields import options, select


class LedgerForm(Form):
    kind = select("操作", (), blank="全部")
    by = select("操作人", (), blank="全部")

    def __init__(self, query: Any, person: Person):
        super().__init__(query)
        self.kind.choices = options(kinds(), "全部")
        people = workers(person)
        self.by.choices = options(((each.id, each.name) for each in people), "全部")
        if len(people) < 2:
            del self.by

    def asked(self) -> dict[str, Any]:
        """The parameters that make sense, by name."""
        self.validate()
        fine = {field.short_name: field.data for field in self if field.data and not field.errors}
        return fine | ({"by": whole_number(fine["by"])} if "by" in fine else {})
