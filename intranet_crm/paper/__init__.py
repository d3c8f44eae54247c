"""The paper side of the archive (打印与回收): numbered copies out, signed scans back."""
