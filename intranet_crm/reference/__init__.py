"""参考数据: national tables and rules that every feature reads, as pure functions.

Identifiers, phones and e-mail, industries, regions, size classes, working days, pinyin, fixed value lists.
"""
