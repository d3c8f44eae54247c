"""参考数据: national tables and rules that every feature reads, as pure functions without web or database.

Identifiers, phones and e-mail, industries, regions, size classes, working days, pinyin, and the fixed value lists.
"""
