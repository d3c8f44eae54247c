"""The archive's filter, read from the address, and the archivist's catalogue entries."""

from wtforms import Form

from intranet_crm.archive.rules import FILING_STATES, LONGEST_PLACE
from intranet_crm.conflicts import VersionField
from intranet_crm.reference.choices import CONFIDENTIALITY_LEVELS
from intranet_crm.reference.form_fields import DayField, LineField, radios, select


class ArchiveFilter(Form):
    q = LineField("档号或客户名称", longest=120)
    since = DayField("采集日期从")
    until = DayField("采集日期到")
    state = select("归档状态", FILING_STATES, blank="全部")


class FilingForm(Form):
    version = VersionField()
    place = LineField("存放位置", required=True, longest=LONGEST_PLACE)
    confidentiality = radios("密级", CONFIDENTIALITY_LEVELS, required=True)
