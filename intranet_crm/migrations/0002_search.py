"""Search keys of customers and contacts (R1), filled from the rows that are there."""
from peewee import *
from playhouse.migrate import SqliteMigrator

atomic = False  # a chunk a transaction; begun again after a failure it goes through


def up(migrator, db):
    compact = isinstance(migrator, SqliteMigrator)  # the key is the row; InnoDB stores every table so

    class Gram(Model):
        g = CharField(max_length=2)
        customer = IntegerField()
        class Meta:
            database = db
            table_name = 'gram'
            primary_key = CompositeKey('g', 'customer')
            without_rowid = compact

    class SearchText(Model):
        customer = IntegerField(primary_key=True)
        text = CharField(max_length=200)
        initials = CharField(max_length=200)
        numbers = CharField(max_length=80)
        class Meta:
            database = db
            table_name = 'search_text'

    class SearchKey(Model):
        kind = CharField(max_length=1)
        key = CharField(max_length=40)
        customer = IntegerField()
        contact = IntegerField()
        class Meta:
            database = db
            table_name = 'search_key'
            primary_key = CompositeKey('kind', 'key', 'customer', 'contact')
            without_rowid = compact
            indexes = ((('customer', 'contact'), False),)

    db.create_tables([Gram, SearchText, SearchKey])
    if not any(index.columns == ['customer_name'] for index in db.get_indexes('intake_form')):
        migrator.migrate(migrator.add_index('intake_form', ('customer_name',)))

    from intranet_crm.customers.search_rebuild import rebuild
    for _done in rebuild():
        pass


def down(migrator, db):
    migrator.migrate(migrator.drop_index('intake_form', 'intake_form_customer_name'))
    for table in ('search_key', 'search_text', 'gram'):
        migrator.migrate(migrator.drop_table(table))
