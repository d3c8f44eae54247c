"""沟通提纲 (O10; S0 二(一), S4 二(一)(二)): what to say and to ask, for each situation of a collection."""

from dataclasses import dataclass
from typing import Self

from peewee import CharField, TextField

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.database import VersionedModel, database
from intranet_crm.errors import StaleVersion
from intranet_crm.reference.choices import INTAKE_SITUATIONS

MOST_WORDS = 4000


@dataclass(frozen=True)
class Words:
    """What an outline begins with, until an administrator writes another."""

    purpose: str
    questions: tuple[str, ...]


FIRST_WORDS = {
    "new_customer": Words(
        "为后续提供更贴合的方案，想先了解贵公司的当前情况；资料只用于本次业务往来。",
        (
            "贵公司的全称、所属行业、规模和主营业务是什么？",
            "目前在业务中最常遇到的挑战是什么？理想中希望达成的目标是什么？",
            "期望通过我们的产品或服务解决哪些具体问题？（提到「提升效率」时追问是哪个环节：人工操作还是流程自动化）",
            "这件事由谁使用、谁评估、谁决定？各自的职务和关注点是什么？",
            "以前用过哪些产品或服务，评价如何？",
            "计划何时启动、何时完成？预算是否已经立项，大致范围多少？（不便直接问时先侧面了解）",
            "下一步什么时候、以什么方式沟通比较方便？",
        ),
    ),
    "return_visit": Words(
        "定期回访，了解使用情况和新的变化，好让我们的服务跟得上贵公司的需要。",
        (
            "目前项目或产品的使用情况如何？哪些地方满意，哪些地方不满意？",
            "上次提到的需求有没有调整？因为什么调整，由谁提出？",
            "有没有新增的需求，希望什么时候实现？",
            "组织架构、对接人或决策人有没有变化？",
            "合作中遇到的瓶颈是什么，希望我们怎样配合？",
            "续约或增购有什么打算，需要哪些内部审批？",
        ),
    ),
    "upgrade_survey": Words(
        "产品或服务准备升级，想提前听取使用者的意见，升级时优先照顾最需要的部分。",
        (
            "现在最常用和最少用的功能各是什么？",
            "哪一步操作最费时间，每周大约花多少小时？",
            "如果只能改进一处，希望是哪一处，改到什么程度算满意？",
            "是否考察过其他产品，看中它的哪一点？",
            "升级的时间窗口和不能中断的业务时段是什么？",
            "升级的预算由哪个部门提出、谁批准？",
        ),
    ),
    "cross_department": Words(
        "把各部门掌握的客户情况核对一致，免得客户重复回答同样的问题。",
        (
            "各部门现在分别与客户的哪位联系人对接，谈到哪一步？",
            "哪些资料各部门记录不一致，以什么为准？",
            "还有哪些未了的服务问题和已经作出的承诺，由谁在什么时候完成？",
            "客户对哪个环节有过不满，原因和处理结果是什么？",
            "下一次联系客户由谁出面，其他部门需要提供什么？",
        ),
    ),
    "high_value": Words(
        "贵公司是我们重点服务的客户，想了解中长期的规划，一起安排资源。",
        (
            "今后一到三年的业务目标和战略重点是什么？",
            "为此准备投入哪些项目，先后次序和预算周期怎样？",
            "有哪些问题一直想解决但没有合适的办法？（没有直说的，从例子里推断并记为隐性需求）",
            "决策链上各位关注什么，谁的意见最有分量？",
            "对我们的专属支持有什么期望，例如响应时间、驻场、联合开发？",
            "怎样的结果会让贵公司愿意扩大合作或作为案例推荐？",
        ),
    ),
}


class Outline(VersionedModel):
    situation = CharField(24, unique=True)
    purpose = TextField()
    questions = TextField()  # one a line

    @classmethod
    def of(cls, situation: str) -> Self:
        """The outline as it was written last; not yet stored where nobody has changed it."""
        found = cls.get_or_none(cls.situation == situation)
        return found or cls._first(situation)

    @classmethod
    def all(cls) -> list[Self]:
        """One for each situation, in the order of the form."""
        stored = {each.situation: each for each in cls.select()}
        return [stored.get(key) or cls._first(key) for key, _ in INTAKE_SITUATIONS]

    @classmethod
    def _first(cls, situation: str) -> Self:
        words = FIRST_WORDS[situation]
        return cls(
            situation=situation, purpose=words.purpose, questions="\n".join(words.questions), version=0
        )

    @classmethod
    def write(cls, situation: str, *, purpose: str, questions: str, seen: int, by: Person) -> Self:
        """Write the outline of a situation anew; raises StaleVersion."""
        moment = clock.now()
        words = {"purpose": purpose, "questions": questions}
        with database.atomic():
            found = cls.of(situation)
            if found.version != seen:
                raise StaleVersion("这份提纲刚被别人改过，请看过现在的内容后再保存。")
            old = {"purpose": found.purpose, "questions": found.questions}
            if found.id:
                found.claim_version(seen, **words, updated_at=moment)
            else:
                found = cls.create(situation=situation, **words, created_at=moment, updated_at=moment)
            audit_log.record(
                "修改沟通提纲",
                by=by,
                kind="outline",
                subject_id=found.id,
                title=INTAKE_SITUATIONS.label(situation),
                old=old,
                new=words,
            )
        return found

    @property
    def label(self) -> str:
        return INTAKE_SITUATIONS.label(self.situation)

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.questions.splitlines() if line.strip()]
