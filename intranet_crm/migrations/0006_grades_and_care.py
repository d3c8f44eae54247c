"""Rules of grading, strategies and decisions; contacts that leave; days of care; plans of visits."""

from datetime import UTC, datetime

from peewee import (
    CharField,
    CompositeKey,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    JSONField,
    Model,
)

RULES = {
    "bands": {
        "employees": [[500, 15], [200, 11], [50, 6], [10, 3]],
        "revenue": [[10000, 10], [2000, 7], [500, 4], [100, 2]],
        "contribution": [[100, 25], [50, 18], [20, 10], [5, 5]],
        "activity": [[12, 10], [6, 7], [3, 4], [1, 2]],
        "history": [[3, 10], [2, 8], [1, 5]],
    },
    "depth": {"won": 20, "paused": 8, "intending": 6, "potential": 2, "lost": 0},
    "industries": ["C", "I", "J"],
    "industry_points": 10,
    "other_points": 4,
    "vip_from": 70,
    "promising_from": 60,
    "known_from": 50,
}
# S1 二(四): the first visit within 30 days of signing, then quarterly, monthly for 重点客户
STRATEGIES = (
    ("vip", 1, "优先安排人员和资源，重大事项由主管参与"),
    ("regular", 3, "按标准服务响应"),
    ("promising", 3, "按跟进计划培育，推介同行业案例和方案"),
)


CONTACT = {
    "birthday": "VARCHAR(10) NOT NULL DEFAULT ''",
    "consent": "VARCHAR(12) NOT NULL DEFAULT ''",
    "notice_way": "VARCHAR(12) NOT NULL DEFAULT ''",
    "notice_on": "DATE NULL",
    "left_on": "DATE NULL",
}


def up(migrator, db):
    class Customer(Model):
        class Meta:
            database = db
            table_name = "customer"

    class Person(Model):
        class Meta:
            database = db
            table_name = "person"

    class GradeScheme(Model):
        number = IntegerField(unique=True)
        rules = JSONField()
        note = CharField(max_length=200)
        created_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")
        created_at = DateTimeField()

        class Meta:
            database = db
            table_name = "grade_scheme"

    class GradeStrategy(Model):
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        grade = CharField(unique=True, max_length=12)
        first_visit_days = IntegerField(null=True)
        visit_months = IntegerField(null=True)
        care_days = IntegerField(null=True)
        resources = CharField(max_length=500, default="")

        class Meta:
            database = db
            table_name = "grade_strategy"

    class GradeDecision(Model):
        customer = ForeignKeyField(Customer, on_delete="CASCADE", index=False)
        old = CharField(max_length=12)
        new = CharField(max_length=12)
        reason = CharField(max_length=300)
        judgement = JSONField(default=dict)
        edition = IntegerField(null=True)
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()

        class Meta:
            database = db
            table_name = "grade_decision"
            indexes = ((("customer", "at"), False), (("at", "customer"), False))

    class Contact(Model):
        class Meta:
            database = db
            table_name = "contact"

    class EmploymentChange(Model):
        contact = ForeignKeyField(Contact, on_delete="CASCADE")
        has_left = IntegerField()
        on_day = DateField()
        reason = CharField(max_length=200, default="")
        by = ForeignKeyField(Person, on_delete="RESTRICT")
        at = DateTimeField()

        class Meta:
            database = db
            table_name = "employment_change"

    class CareDay(Model):
        customer = IntegerField()
        contact = IntegerField()
        kind = CharField(max_length=8)
        md = CharField(max_length=5)
        year = IntegerField()
        asked_year = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "care_day"
            primary_key = CompositeKey("customer", "contact", "kind")
            indexes = ((("md", "customer", "contact", "kind"), False),)

    class VisitPlan(Model):
        customer = ForeignKeyField(Customer, unique=True, on_delete="CASCADE")
        rhythm = CharField(max_length=24, index=True)
        due_on = DateField(null=True)
        reason = CharField(max_length=120)
        visited_at = DateTimeField(null=True)
        ticked_on = DateField(null=True)
        round = IntegerField(default=1)
        task = IntegerField(null=True)

        class Meta:
            database = db
            table_name = "visit_plan"
            indexes = ((("task", "due_on", "customer"), False),)

    class VisitRun(Model):
        day = DateField(unique=True)
        since = DateTimeField(null=True)
        place = IntegerField(default=0)
        began_at = DateTimeField()
        finished_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "visit_run"

    db.create_tables(
        [GradeScheme, GradeStrategy, GradeDecision, EmploymentChange, CareDay, VisitPlan, VisitRun]
    )
    for name, kind in CONTACT.items():  # written out: Peewee would copy the whole table on SQLite
        db.execute_sql(f"ALTER TABLE contact ADD COLUMN {name} {kind}")
    for kind, column, known in (
        ("founded", "founded", "LENGTH(founded) = 10"),
        ("since", "cooperation_from", "cooperation_from IS NOT NULL"),
    ):
        db.execute_sql(
            "INSERT INTO care_day (customer, contact, kind, md, year, asked_year) "
            f"SELECT id, 0, '{kind}', SUBSTR({column}, 6, 5), SUBSTR({column}, 1, 4), 0 "
            f"FROM customer WHERE {known}"
        )
    moment = datetime.now(UTC).replace(tzinfo=None)
    GradeScheme.create(number=1, rules=RULES, note="随系统提供", created_at=moment)
    stamps = {"first_visit_days": 30, "care_days": 7, "created_at": moment, "updated_at": moment}
    for grade, months, resources in STRATEGIES:
        GradeStrategy.create(grade=grade, visit_months=months, resources=resources, **stamps)


def down(migrator, db):
    for name in CONTACT:
        db.execute_sql(f"ALTER TABLE contact DROP COLUMN {name}")
    for table in (
        "visit_run", "visit_plan", "care_day", "employment_change",
        "grade_decision", "grade_strategy", "grade_scheme",
    ):  # fmt: skip
        migrator.migrate(migrator.drop_table(table))
