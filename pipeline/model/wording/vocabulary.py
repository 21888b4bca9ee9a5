"""What offices write around a unit's name and around a report: the vocabulary of
reading, as data.

For: names, purpose, praise. These words are read, never written: no letter takes one
from here. A campaign adds its own in its config ([words] affixes, meant, about).
"""

import re
from typing import Final

# What says nothing at the end of a unit's name (rules.md 3).
NAME_AFFIXES: Final = ("工会委员会", "总工会", "工会", "管理委员会", "管委会")
# An organizer whose name begins with the place that people write before a unit's name.
PLACED_OFFICE: Final = re.compile(r"(.+[省市州盟区县旗])(?:总工会|工会)")
# Of these characters a name is made that names nobody: 县总工会, 本单位.
GENERIC_NAME: Final = frozenset("县区市本我单位公司集团局厂级总工会委员")
# What a place is, at the end of its name: left out where people speak of it.
PLACE_TYPES: Final = "县区市乡镇"
# 文号, the number that an office gives its document
DOCUMENT_NUMBER: Final = re.compile(
    r"\S{0,12}[〔［\[（(【]\d{4}[〕］\])）】]第?\d{1,4}号|第\d{1,4}期"
)
# Words around a name in subjects and file names; what is left between them is matched
# whole.
NAME_SURROUNDINGS: Final = (
    r"(?:\d{4}\s*年)?\d{1,2}\s*月(?:\d{1,2}\s*[日号]|[上中下]旬)?|"
    r"\d{2,4}[-./]\d{1,2}(?:[-./]\d{1,2})?|\d{4,8}"
    r"|农民工|入会|集中行动|旬报表|旬报|报表|信息表|统计表|情况表|月报|报送|上报|"
    r"呈报|填报|关于|附件\d*|盖章|扫描件?|补报|更正|重报|更新|最新"
    r"|以此件?为准|定稿|情况|进展|工作|任务|[上中下]旬|(?:re|fw|fwd|回复|答复|"
    r"转发)[:：]|\.[a-z0-9]{2,5}$|[的表]$"
)
# What calls a mail a report, beside the campaign's own name of it (rules.md 3).
REPORT_WORD: Final = "报表"
# What good practice is about (rules.md 8): who joined, which unions were founded. Not
# ceremonies, leaflets, money, visits.
PRAISED_FOR: Final = ("工会", "入会", "会员", "建会")
PRAISED_DEEDS: Final = (
    "入会",
    "加入",
    "建会",
    "发展",
    "新增",
    "吸收",
    "吸纳",
    "组建",
    "新建",
    "成立",
    "建立",
    "覆盖",
)
# What of it can be counted, behind a number.
PRAISED_COUNTS: Final = r"(?:[余多]?(?:名|人(?!次)|位|家|户)|[余多]?个(?=[^月]{0,12}(?:工会|企业|会)))"
# Parts several names that one piece of evidence holds.
BETWEEN_NAMES: Final = "；"
# What the rows of a list are headed, where they are parts of the unit that reports
HEADS_OF_PARTS: Final = re.compile(
    r"(?:乡|镇|乡镇|镇乡|街道|镇街|乡镇街道|村|社区|村社区|园区|企业|项目|工地|部门|"
    r"基层工会|所属单位|下属单位|基层单位)(?:名称)?"
)
