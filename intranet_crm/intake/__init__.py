"""Intake and two-level review: 客户信息需求采集表, 一级自查, 二级复核, 退回与撤回 (S4)."""
