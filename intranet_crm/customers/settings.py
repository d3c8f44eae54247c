"""What is set about dossiers, as data with its source."""

from datetime import timedelta

# B12. The manual (S0 二(三)) asks that each update be dated and kept current, and names no term.
STALE_AFTER = timedelta(days=180)

# S0 三(一): what the customer has not settled is asked first. No source names a day; a week leaves time for
# the next contact.
PENDING_WORKING_DAYS = 5
