"""Old sign-in failures and ended sessions are swept away once a day; the audit log keeps what happened."""

from datetime import timedelta

from intranet_crm import background, clock
from intranet_crm.accounts.models import Session, SignInFailure
from intranet_crm.accounts.rules import LONGEST_SESSION

KEEP_SESSIONS = timedelta(days=30)


@background.each_minute
def sweep() -> None:
    if background.hold("sweep_sessions", timedelta(days=1)):
        moment = clock.now()
        SignInFailure.delete().where(SignInFailure.at < moment - timedelta(days=1)).execute()
        Session.delete().where(Session.started_at < moment - LONGEST_SESSION - KEEP_SESSIONS).execute()
