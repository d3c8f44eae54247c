"""What is done to many rows at once (批量操作): preview, progress, outcome row by row, and the way back."""
