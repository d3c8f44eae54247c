"""The one box (搜索): customers, contacts, intake forms and records by what people remember of them."""
