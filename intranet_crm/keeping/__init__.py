"""Keeping paper and records (保管): boxes, lending, retention, holds, destruction by two persons."""
