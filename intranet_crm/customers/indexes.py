"""The indexes of the table of customers.

The list is found by filter sets (filter_match.py); what is left for an index is the order of the list, for
everybody and for one person's customers. Each holds only what the others cannot give: whatever is in an
index makes changing many customers slow.
"""

LIST_INDEXES = tuple(
    (tuple(columns.split()), False)
    for columns in (
        "touched_at id owner success_manager kind",  # the kind: search looks through the latest ones
        "owner touched_at id kind",
        "success_manager touched_at id kind",
    )
)
