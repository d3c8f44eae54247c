"""Customers, contacts, status history, the timeline's table (客户、联系人、时间线)."""
