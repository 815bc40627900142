"""The classes of what the hall holds, in words."""

from __future__ import annotations

from dataclasses import dataclass

from foundation.languages import Bilingual


@dataclass(frozen=True, kw_only=True)
class DataClass:
    """One class: its code in the files, its name and what belongs to it; ``is_personal`` if it is told of a natural person."""

    code: str
    title: Bilingual
    meaning: Bilingual
    is_personal: bool = False


PUBLIC = DataClass(
    code="public",
    title=Bilingual(en="Public", zh="公开"),
    meaning=Bilingual(en="Anybody may read it on this site.", zh="任何人都可以在本网站看到。"),
)
INTERNAL = DataClass(
    code="internal",
    title=Bilingual(en="Internal", zh="内部"),
    meaning=Bilingual(
        en="Numbers and states that the software needs. They tell nothing of a natural person.",
        zh="系统运行所需的编号和状态，不反映任何自然人的情况。",
    ),
)
SECRET = DataClass(
    code="secret",
    title=Bilingual(en="Secret", zh="密钥"),
    meaning=Bilingual(
        en="Opens a door: hashes of passwords and codes, seeds of second factors, contents of sessions. Shown to nobody.",
        zh="用于验证身份：密码和查询码的摘要、第二因素的种子、会话内容。不向任何人显示。",
    ),
)
INDEX = DataClass(
    code="index",
    title=Bilingual(en="Blind index", zh="盲索引"),
    meaning=Bilingual(
        en="A keyed hash of an encrypted value, to find it by. It cannot be read back.",
        zh="对加密内容用密钥计算的摘要，只用于查找，不能还原。",
    ),
)
S2 = DataClass(
    code="S2",
    title=Bilingual(en="Personal, in a function", zh="履职信息"),
    meaning=Bilingual(
        en="Tells of an officer at work, or of an account by its number alone: who did something, when, at which post.",
        zh="民警履行职务的信息，或者只以编号表示的账号：谁、何时、在什么岗位做了什么。",
    ),
    is_personal=True,
)
S3 = DataClass(
    code="S3",
    title=Bilingual(en="Personal", zh="个人信息"),
    meaning=Bilingual(
        en="Tells of a person, without harm in itself: days, choices, states of what they asked for (PIPL art. 4).",
        zh="与个人有关、本身不易造成损害的信息：日期、选择、申请的状态（《个人信息保护法》第四条）。",
    ),
    is_personal=True,
)
S4 = DataClass(
    code="S4",
    title=Bilingual(en="Sensitive", zh="敏感个人信息"),
    meaning=Bilingual(
        en="Could harm a person if it leaked: identity numbers, names with a case, phones, words about a case (PIPL art. 28).",
        zh="一旦泄露容易造成损害的信息：证件号码、与案件相关的姓名、电话、涉及案情的文字（《个人信息保护法》第二十八条）。",
    ),
    is_personal=True,
)

CLASSES = {each.code: each for each in (PUBLIC, INTERNAL, SECRET, INDEX, S2, S3, S4)}
