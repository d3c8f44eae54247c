"""Customers' needs (需求)."""
