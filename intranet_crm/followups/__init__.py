"""Contacts with customers on record (跟进记录)."""
