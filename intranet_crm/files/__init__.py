"""Stored bytes by content hash (文件): uploads and produced documents; the owning feature serves them."""
