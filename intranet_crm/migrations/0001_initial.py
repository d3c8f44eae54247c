# Generated from a schema diff on 2026-11-21 22:57.
from peewee import *

def up(migrator, db):
    class Department(Model):
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        name = CharField(unique=True, max_length=64)
        parent = ForeignKeyField('self', null=True, on_delete='RESTRICT')
        path = CharField(index=True, max_length=120, default='')
        class Meta:
            database = db
            table_name = 'department'
    db.create_tables([Department])

    class Person(Model):
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        username = CharField(unique=True, max_length=64)
        name = CharField(max_length=64)
        department = ForeignKeyField(Department, on_delete='RESTRICT')
        email = CharField(max_length=120, default='')
        password_hash = CharField(max_length=200)
        must_change_password = BooleanField(default=True)
        disabled_at = DateTimeField(null=True)
        disabled_by = IntegerField(null=True)
        class Meta:
            database = db
            table_name = 'person'
    db.create_tables([Person])

    class Customer(Model):
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        number = CharField(unique=True, max_length=24)
        kind = CharField(max_length=12, default='enterprise')
        name = CharField(max_length=120)
        short_name = CharField(max_length=60, default='')
        status = CharField(max_length=12, default='potential')
        stage = CharField(max_length=20, default='first_contact')
        grade = CharField(max_length=12, default='')
        credit_code = CharField(unique=True, null=True, max_length=18)
        credit_code_reason = CharField(max_length=200, default='')
        citizen_id_masked = CharField(max_length=18, default='')
        citizen_id_cipher = CharField(max_length=200, default='')
        citizen_id_hash = CharField(unique=True, null=True, max_length=64)
        industry = CharField(max_length=8)
        industry_section = CharField(max_length=1, default='')
        industry_note = CharField(max_length=60, default='')
        employees = IntegerField(null=True)
        employee_band = CharField(max_length=12, default='')
        revenue = BigIntegerField(null=True)
        revenue_band = CharField(max_length=16, default='')
        occupation = CharField(max_length=16, default='')
        registered_region = CharField(max_length=6, default='')
        registered_street = CharField(max_length=200, default='')
        region = CharField(max_length=6, default='')
        address = CharField(max_length=200, default='')
        phone = CharField(max_length=32, default='')
        landline = CharField(max_length=32, default='')
        email = CharField(max_length=120, default='')
        founded = CharField(max_length=10, default='')
        main_business = CharField(max_length=500, default='')
        source = CharField(max_length=20)
        first_contact_on = DateField(null=True)
        cooperation_from = DateField(null=True)
        cooperation_to = DateField(null=True)
        budget_low = BigIntegerField(null=True)
        budget_high = BigIntegerField(null=True)
        notes = TextField(default='')
        owner = ForeignKeyField(Person, on_delete='RESTRICT')
        success_manager = ForeignKeyField(Person, null=True, on_delete='RESTRICT')
        last_followup_at = DateTimeField(null=True)
        touched_at = DateTimeField()
        created_by = ForeignKeyField(Person, on_delete='RESTRICT')
        class Meta:
            database = db
            table_name = 'customer'
            indexes = ((('touched_at', 'id', 'owner', 'success_manager', 'status', 'kind', 'industry', 'created_at'), False), (('owner', 'touched_at', 'id', 'status', 'kind', 'industry', 'created_at'), False), (('success_manager', 'touched_at', 'id', 'owner', 'status', 'kind', 'industry', 'created_at'), False), (('status', 'touched_at', 'id', 'owner', 'success_manager', 'kind', 'industry', 'created_at'), False), (('industry', 'touched_at', 'id', 'owner', 'success_manager', 'status', 'kind', 'created_at'), False), (('created_at', 'id', 'owner', 'success_manager', 'status', 'kind', 'industry'), False))
    db.create_tables([Customer])

    class IntakeForm(Model):
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        key = CharField(unique=True, max_length=36)
        number = CharField(unique=True, max_length=24)
        template = CharField(max_length=16)
        state = CharField(max_length=16, default='draft')
        values = JSONField(default=dict)
        citizen_id_cipher = CharField(max_length=200, default='')
        citizen_id_hash = CharField(null=True, max_length=64)
        customer = ForeignKeyField(Customer, null=True, on_delete='RESTRICT')
        customer_name = CharField(max_length=120, default='')
        collector = ForeignKeyField(Person, on_delete='RESTRICT')
        department = ForeignKeyField(Department, on_delete='RESTRICT')
        collected_on = DateField(null=True)
        reviewer = ForeignKeyField(Person, null=True, on_delete='RESTRICT')
        saved_from = CharField(max_length=36, default='')
        round = IntegerField(default=0)
        submitted_at = DateTimeField(null=True)
        decided_at = DateTimeField(null=True)
        entry_due_on = DateField(null=True)
        entry_due_is_expected = BooleanField(default=False)
        entered_at = DateTimeField(null=True)
        entered_by = ForeignKeyField(Person, null=True, on_delete='RESTRICT')
        class Meta:
            database = db
            table_name = 'intake_form'
            indexes = ((('updated_at', 'id'), False), (('collector', 'updated_at', 'id'), False), (('department', 'updated_at', 'id'), False), (('state', 'updated_at', 'id'), False), (('reviewer', 'state', 'submitted_at'), False), (('customer', 'updated_at'), False))
    db.create_tables([IntakeForm])

    class StoredFile(Model):
        sha256 = CharField(unique=True, max_length=64)
        size = BigIntegerField()
        media_type = CharField(max_length=80)
        created_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'stored_file'
    db.create_tables([StoredFile])

    class Submission(Model):
        form = ForeignKeyField(IntakeForm, on_delete='CASCADE')
        round = IntegerField()
        snapshot = TextField()
        digest = CharField(max_length=64)
        values = JSONField()
        by = ForeignKeyField(Person, on_delete='RESTRICT')
        at = DateTimeField()
        document = ForeignKeyField(StoredFile, null=True, on_delete='RESTRICT')
        class Meta:
            database = db
            table_name = 'submission'
            indexes = ((('form', 'round'), True),)
    db.create_tables([Submission])

    class ArchiveRecord(Model):
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        number = CharField(unique=True, max_length=24)
        title = CharField(unique=True, max_length=160)
        form = ForeignKeyField(IntakeForm, on_delete='RESTRICT')
        submission = ForeignKeyField(Submission, unique=True, on_delete='RESTRICT')
        customer_name = CharField(max_length=120)
        collector = ForeignKeyField(Person, on_delete='RESTRICT')
        department = ForeignKeyField(Department, on_delete='RESTRICT')
        collected_on = DateField()
        snapshot = TextField()
        digest = CharField(max_length=64)
        sheet = ForeignKeyField(StoredFile, null=True, on_delete='RESTRICT')
        sheet_made_at = DateTimeField(null=True)
        confidentiality = CharField(max_length=12, default='internal')
        place = CharField(max_length=120, default='')
        filed_at = DateTimeField(null=True)
        filed_by = ForeignKeyField(Person, null=True, on_delete='RESTRICT')
        class Meta:
            database = db
            table_name = 'archive_record'
            indexes = ((('collector', 'id'), False), (('department', 'id'), False))
    db.create_tables([ArchiveRecord])

    class Attachment(Model):
        subject_kind = CharField(max_length=32)
        subject_id = IntegerField()
        file = ForeignKeyField(StoredFile, on_delete='RESTRICT')
        name = CharField(max_length=160)
        uploaded_by = ForeignKeyField(Person, on_delete='RESTRICT')
        uploaded_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'attachment'
            indexes = ((('subject_kind', 'subject_id'), False),)
    db.create_tables([Attachment])

    class AuditEntry(Model):
        at = DateTimeField(index=True)
        actor_id = IntegerField(index=True, null=True)
        actor_name = CharField(max_length=64)
        address = CharField(max_length=64)
        request_id = CharField(max_length=32)
        action = CharField(index=True, max_length=48)
        subject_kind = CharField(max_length=32)
        subject_id = IntegerField(null=True)
        subject_title = CharField(max_length=200)
        values_digest = CharField(max_length=64)
        position = IntegerField(unique=True, null=True)
        digest = CharField(null=True, max_length=64)
        class Meta:
            database = db
            table_name = 'audit_entry'
            indexes = ((('subject_kind', 'subject_id'), False),)
    db.create_tables([AuditEntry])

    class AuditValues(Model):
        entry = ForeignKeyField(AuditEntry, unique=True, on_delete='RESTRICT')
        old = TextField(null=True)
        new = TextField(null=True)
        class Meta:
            database = db
            table_name = 'audit_values'
    db.create_tables([AuditValues])

    class Collaboration(Model):
        customer = ForeignKeyField(Customer, on_delete='CASCADE')
        person = ForeignKeyField(Person, on_delete='CASCADE')
        may_write = IntegerField(default=0)
        until = DateField(null=True)
        created_by = IntegerField()
        created_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'collaboration'
            indexes = ((('person', 'customer'), True),)
    db.create_tables([Collaboration])

    class Contact(Model):
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        customer = ForeignKeyField(Customer, on_delete='CASCADE')
        name = CharField(max_length=60)
        form_of_address = CharField(max_length=8, default='')
        department = CharField(max_length=60, default='')
        post = CharField(max_length=60)
        mobile = CharField(max_length=11, default='')
        landline = CharField(max_length=32, default='')
        email = CharField(max_length=120, default='')
        decision_role = CharField(max_length=16, default='')
        area = CharField(max_length=120, default='')
        preferred_channel = CharField(max_length=12, default='')
        good_times = CharField(max_length=120, default='')
        notes = CharField(max_length=500, default='')
        is_primary = IntegerField(default=0)
        created_by = ForeignKeyField(Person, on_delete='RESTRICT')
        class Meta:
            database = db
            table_name = 'contact'
    db.create_tables([Contact])

    class FollowUp(Model):
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        customer = ForeignKeyField(Customer, on_delete='CASCADE')
        happened_at = DateTimeField()
        subject = CharField(max_length=120, default='')
        purpose = CharField(max_length=16, default='')
        method = CharField(max_length=16)
        participants = CharField(max_length=200, default='')
        person = ForeignKeyField(Person, on_delete='RESTRICT')
        content = TextField()
        feedback = CharField(max_length=20, default='')
        feedback_text = TextField(default='')
        objections = TextField(default='')
        business_change = TextField(default='')
        is_business = IntegerField(default=1)
        next_at = DateTimeField(null=True)
        owner = ForeignKeyField(Person, null=True, on_delete='RESTRICT')
        key = CharField(unique=True, max_length=36)
        created_by = ForeignKeyField(Person, on_delete='RESTRICT')
        class Meta:
            database = db
            table_name = 'follow_up'
            indexes = ((('customer', 'happened_at', 'id'), False), (('person', 'happened_at', 'id'), False), (('happened_at', 'id'), False))
    db.create_tables([FollowUp])

    class FollowUpContact(Model):
        followup = ForeignKeyField(FollowUp, on_delete='CASCADE')
        contact = ForeignKeyField(Contact, on_delete='CASCADE')
        class Meta:
            database = db
            table_name = 'follow_up_contact'
            indexes = ((('followup', 'contact'), True),)
    db.create_tables([FollowUpContact])

    class IntakeEvent(Model):
        form = ForeignKeyField(IntakeForm, on_delete='CASCADE')
        at = DateTimeField()
        by = ForeignKeyField(Person, on_delete='RESTRICT')
        move = CharField(max_length=16)
        from_state = CharField(max_length=16)
        to_state = CharField(max_length=16)
        note = CharField(max_length=500, default='')
        class Meta:
            database = db
            table_name = 'intake_event'
    db.create_tables([IntakeEvent])

    class Job(Model):
        kind = CharField(max_length=48)
        subject_id = IntegerField()
        key = CharField(unique=True, max_length=96)
        run_after = DateTimeField()
        lease_until = DateTimeField(null=True)
        attempts = IntegerField(default=0)
        error = CharField(null=True, max_length=500)
        done_at = DateTimeField(null=True)
        failed_at = DateTimeField(null=True)
        created_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'job'
            indexes = ((('done_at', 'run_after'), False),)
    db.create_tables([Job])

    class Lease(Model):
        name = CharField(unique=True, max_length=48)
        held_until = DateTimeField()
        beat_at = DateTimeField()
        class Meta:
            database = db
            table_name = 'lease'
    db.create_tables([Lease])

    class Need(Model):
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        customer = ForeignKeyField(Customer, on_delete='CASCADE')
        type = CharField(max_length=24)
        type_note = CharField(max_length=60, default='')
        background = TextField()
        detail = TextField()
        priority = CharField(max_length=8)
        complexity = CharField(max_length=8, default='')
        budget_low = BigIntegerField(null=True)
        budget_high = BigIntegerField(null=True)
        budget_pending = IntegerField(default=0)
        budget_cycle = CharField(max_length=200, default='')
        expected_finish = CharField(max_length=60, default='')
        expected_from = DateField(null=True)
        expected_to = DateField(null=True)
        decision_chain = JSONField(default=list)
        pain_points = TextField(default='')
        acceptance = TextField(default='')
        competitors = TextField(default='')
        intention = CharField(max_length=24, default='')
        change_kind = CharField(max_length=12, default='')
        project_status = CharField(max_length=500, default='')
        satisfaction = TextField(default='')
        renewal_intention = CharField(max_length=12, default='')
        cooperation_history = TextField(default='')
        bottlenecks = TextField(default='')
        source_form_id = IntegerField(unique=True, null=True)
        created_by = ForeignKeyField(Person, on_delete='RESTRICT')
        class Meta:
            database = db
            table_name = 'need'
            indexes = ((('customer', 'created_at'), False),)
    db.create_tables([Need])

    class NextStep(Model):
        followup = ForeignKeyField(FollowUp, on_delete='CASCADE')
        what = CharField(max_length=200)
        due_on = DateField(null=True)
        person = ForeignKeyField(Person, on_delete='RESTRICT')
        class Meta:
            database = db
            table_name = 'next_step'
    db.create_tables([NextStep])

    class Notice(Model):
        person = ForeignKeyField(Person, on_delete='CASCADE')
        kind = CharField(max_length=8)
        title = CharField(max_length=200)
        body = CharField(max_length=500, default='')
        address = CharField(max_length=200, default='')
        key = CharField(unique=True, max_length=120)
        created_at = DateTimeField()
        read_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'notice'
            indexes = ((('person', 'read_at', 'created_at'), False),)
    db.create_tables([Notice])

    class NumberSeries(Model):
        prefix = CharField(unique=True, max_length=32)
        last = IntegerField(default=0)
        class Meta:
            database = db
            table_name = 'number_series'
    db.create_tables([NumberSeries])

    class PersonRole(Model):
        person = ForeignKeyField(Person, on_delete='CASCADE')
        role = CharField(index=True, max_length=16)
        class Meta:
            database = db
            table_name = 'person_role'
            indexes = ((('person', 'role'), True),)
    db.create_tables([PersonRole])

    class Review(Model):
        submission = ForeignKeyField(Submission, unique=True, on_delete='CASCADE')
        by = ForeignKeyField(Person, on_delete='RESTRICT')
        at = DateTimeField()
        decision = CharField(max_length=8)
        opinion = TextField(default='')
        truth_method = CharField(max_length=16, default='')
        truth_on = DateField(null=True)
        truth_note = CharField(max_length=200, default='')
        is_sensitive = BooleanField(null=True)
        sensitive_note = CharField(max_length=200, default='')
        fits = BooleanField(null=True)
        fit_grade = CharField(max_length=12, default='')
        fit_note = CharField(max_length=200, default='')
        class Meta:
            database = db
            table_name = 'review'
    db.create_tables([Review])

    class ReturnItem(Model):
        review = ForeignKeyField(Review, on_delete='CASCADE')
        field = CharField(max_length=32)
        remark = CharField(max_length=300)
        answer = CharField(max_length=300, default='')
        answered_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'return_item'
    db.create_tables([ReturnItem])

    class SelfCheck(Model):
        form = ForeignKeyField(IntakeForm, on_delete='CASCADE')
        by = ForeignKeyField(Person, on_delete='RESTRICT')
        at = DateTimeField()
        passed = BooleanField()
        findings = JSONField(default=list)
        reasons = JSONField(default=dict)
        class Meta:
            database = db
            table_name = 'self_check'
    db.create_tables([SelfCheck])

    class Session(Model):
        token = CharField(unique=True, max_length=64)
        person = ForeignKeyField(Person, on_delete='CASCADE')
        address = CharField(max_length=64)
        started_at = DateTimeField()
        seen_at = DateTimeField()
        ended_at = DateTimeField(null=True)
        class Meta:
            database = db
            table_name = 'session'
    db.create_tables([Session])

    class SignInFailure(Model):
        username = CharField(index=True, max_length=64)
        address = CharField(index=True, max_length=64)
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'sign_in_failure'
    db.create_tables([SignInFailure])

    class StatusChange(Model):
        customer = ForeignKeyField(Customer, on_delete='CASCADE')
        what = CharField(max_length=8)
        old = CharField(max_length=20)
        new = CharField(max_length=20)
        reason = CharField(max_length=300, default='')
        by = ForeignKeyField(Person, on_delete='RESTRICT')
        at = DateTimeField()
        class Meta:
            database = db
            table_name = 'status_change'
            indexes = ((('customer', 'at'), False), (('what', 'new', 'at'), False))
    db.create_tables([StatusChange])

    class Task(Model):
        version = IntegerField(default=1)
        created_at = DateTimeField()
        updated_at = DateTimeField()
        person = ForeignKeyField(Person, on_delete='RESTRICT')
        kind = CharField(max_length=24)
        title = CharField(max_length=200)
        reason = CharField(max_length=300, default='')
        due_on = DateField()
        due_is_expected = IntegerField(default=0)
        subject_kind = CharField(max_length=32)
        subject_id = IntegerField()
        address = CharField(max_length=200)
        key = CharField(unique=True, max_length=120)
        remind_at = DateTimeField(index=True, null=True)
        reminded_at = DateTimeField(null=True)
        done_at = DateTimeField(null=True)
        done_by = IntegerField(null=True)
        outcome = CharField(max_length=300, default='')
        handed_by_id = IntegerField(null=True)
        class Meta:
            database = db
            table_name = 'task'
            indexes = ((('person', 'done_at', 'due_on', 'id'), False), (('subject_kind', 'subject_id'), False))
    db.create_tables([Task])

    class TimelineEntry(Model):
        customer = ForeignKeyField(Customer, on_delete='CASCADE')
        at = DateTimeField()
        kind = CharField(max_length=12)
        title = CharField(max_length=200)
        summary = CharField(max_length=1000, default='')
        subject_kind = CharField(max_length=32)
        subject_id = IntegerField()
        by_id = IntegerField()
        by_name = CharField(max_length=64)
        class Meta:
            database = db
            table_name = 'timeline_entry'
            indexes = ((('customer', 'at', 'id'), False), (('customer', 'kind', 'at', 'id'), False))
    db.create_tables([TimelineEntry])


def down(migrator, db):
    migrator.migrate(migrator.drop_table('timeline_entry'))
    migrator.migrate(migrator.drop_table('task'))
    migrator.migrate(migrator.drop_table('status_change'))
    migrator.migrate(migrator.drop_table('sign_in_failure'))
    migrator.migrate(migrator.drop_table('session'))
    migrator.migrate(migrator.drop_table('self_check'))
    migrator.migrate(migrator.drop_table('return_item'))
    migrator.migrate(migrator.drop_table('review'))
    migrator.migrate(migrator.drop_table('person_role'))
    migrator.migrate(migrator.drop_table('number_series'))
    migrator.migrate(migrator.drop_table('notice'))
    migrator.migrate(migrator.drop_table('next_step'))
    migrator.migrate(migrator.drop_table('need'))
    migrator.migrate(migrator.drop_table('lease'))
    migrator.migrate(migrator.drop_table('job'))
    migrator.migrate(migrator.drop_table('intake_event'))
    migrator.migrate(migrator.drop_table('follow_up_contact'))
    migrator.migrate(migrator.drop_table('follow_up'))
    migrator.migrate(migrator.drop_table('contact'))
    migrator.migrate(migrator.drop_table('collaboration'))
    migrator.migrate(migrator.drop_table('audit_values'))
    migrator.migrate(migrator.drop_table('audit_entry'))
    migrator.migrate(migrator.drop_table('attachment'))
    migrator.migrate(migrator.drop_table('archive_record'))
    migrator.migrate(migrator.drop_table('submission'))
    migrator.migrate(migrator.drop_table('stored_file'))
    migrator.migrate(migrator.drop_table('intake_form'))
    migrator.migrate(migrator.drop_table('customer'))
    migrator.migrate(migrator.drop_table('person'))
    migrator.migrate(migrator.drop_table('department'))
