"""What the worker does to customers: the operations of batches (G2)."""

from intranet_crm.customers import bulk_columns, bulk_tags, tag_batches

__all__ = ["bulk_columns", "bulk_tags", "tag_batches"]
