"""Proof (检测与移交): the four-nature checks, and packages that open without us."""
