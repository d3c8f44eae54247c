"""What customers ask, complain of, suggest and report broken, until it is solved (服务问题)."""
