"""What can go wrong in the domain, as sentences for people; no Flask here."""


class DomainError(Exception):
    """An act that is refused; the text says what is wrong and what to do."""

    status = 422


class NotAllowed(DomainError):
    """The person may not do this."""

    status = 403


class IllegalMove(DomainError):
    """The record is not in a state that allows this."""

    status = 409


class StaleVersion(DomainError):
    """Somebody saved the record after this page was opened."""

    status = 409

    def __init__(self, sentence: str = "这条记录刚被修改过，你看到的不是最新内容。请核对后再保存。"):
        super().__init__(sentence)


class Damaged(DomainError):
    """What was kept is no longer there as it was; nobody's input can put that right."""

    status = 410


class Busy(DomainError):
    """The database cannot take the write now."""

    status = 503


def beside_field(error: DomainError) -> str:
    """The sentence for the field that is wrong; what no field can put right goes on to its own page."""
    if error.status != DomainError.status:
        raise error
    return str(error)
