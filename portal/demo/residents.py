"""The demo's residents, as plain data: the hall and the demo's identity provider know the same people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DemoResident:
    """A resident of the demo; ``wechat`` is the name of their account there, if it is linked to them."""

    username: str
    name: str
    id_number: str
    phone: str
    wechat: str = ""


# 1 January 1900 with order numbers that nobody alive holds; the check digits are right.
RESIDENTS = (
    DemoResident(username="resident", name="演示居民甲", id_number="310105190001010009", phone="13800000001", wechat="wx-jia"),
    DemoResident(username="neighbour", name="演示居民乙", id_number="310105190001010025", phone="13800000002"),
)
# Known to the identity provider only, until they sign in for the first time.
NEWCOMER = DemoResident(username="newcomer", name="演示新居民", id_number="310105190001010041", phone="13800000003", wechat="wx-xin")
EVERYBODY = (*RESIDENTS, NEWCOMER)
