"""The audit log (审计日志): sealing its chain, checking it, reading it."""
