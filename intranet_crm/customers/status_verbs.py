"""Moving a customer's status and stage; mixed into its table in ``models.py``."""

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.rules import status_sentence
from intranet_crm.database import database
from intranet_crm.errors import StaleVersion


class StatusVerbs:
    def change_status(
        self, status: str, stage: str, *, reason: str, by: Person, seen: tuple[str, str] | None = None
    ) -> bool:
        """Move to a status and a stage; returns whether anything changed (B7).

        ``seen`` is the pair the person had before the eyes; raises StaleVersion when it is another now.
        """
        from intranet_crm.customers.models import StatusChange, TimelineEntry  # here: they need these verbs

        cls = type(self)
        with database.atomic():
            current = cls.locked_by_id(self.id)
            if seen and seen != (current.status, current.stage):
                raise StaleVersion("客户状态刚被别人改过，请看过新的状态后再决定是否更改。")
            before = {"status": current.status, "stage": current.stage}
            old, new = audit_log.changed(before, {"status": status, "stage": stage})
            if not new:
                return False
            cls.update(**new).where(cls.id == self.id).execute()
            self.status, self.stage = status, stage
            moment = clock.now()
            for what in new:
                change = StatusChange.create(
                    customer=self, what=what, old=old[what], new=new[what], reason=reason, by=by, at=moment
                )
                sentence = status_sentence(what, old[what], new[what])
                TimelineEntry.note(
                    self, kind="status", title=sentence, summary=reason, by=by,
                    subject_kind="status_change", subject_id=change.id,
                )  # fmt: skip
            self._log("更改客户状态", by, old=old, new=new | {"reason": reason})
        return True
