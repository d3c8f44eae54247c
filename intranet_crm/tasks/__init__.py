"""To-dos, reminders and clocks (待办、提醒); a task knows its subject as kind, id and address only."""
