"""The indexes that the list of customers walks along.

Each holds all that the list is filtered by, so that rows not shown are not read: 16 columns, the most that
MySQL allows.
"""

LED = (
    "touched_at id owner success_manager status kind industry created_at",
    "owner touched_at id status kind industry created_at",
    "success_manager touched_at id owner status kind industry created_at",
    "status touched_at id owner success_manager kind industry created_at",
    "industry touched_at id owner success_manager status kind created_at",
    "created_at id owner success_manager status kind industry",
)
FILTERED = "stage grade source region employees employee_band budget_low last_followup_at"
LIST_INDEXES = tuple((tuple(f"{columns} {FILTERED}".split()), False) for columns in LED)
