"""Files that are made when somebody asks, fetched soon, and not kept: print runs, packages, booklets."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from intranet_crm import clock


class Shelf:
    """A folder of ``CRM_DATA`` with a file for each row that asked for one."""

    def __init__(self, suffix: str, kept_for: timedelta) -> None:
        self.suffix, self.kept_for = suffix, kept_for
        self.folder: Path | None = None

    def keep_in(self, folder: Path) -> None:
        """Set where it is; called once when the application connects."""
        self.folder = folder
        folder.mkdir(exist_ok=True, mode=0o700)

    def path_of(self, row: Any) -> Path:
        return self.folder / f"{row.id}{self.suffix}"

    def holds(self, row: Any) -> bool:
        return self.path_of(row).exists()

    def tidy(self) -> int:
        """Remove what has lain its time; returns how many files."""
        oldest = clock.now() - self.kept_for
        lying = self.folder.glob("*.*") if self.folder else ()
        old = [path for path in lying if clock.of_file(path) < oldest]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)
