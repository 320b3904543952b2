"""How names of places are read where the dictionary of pinyin knows another word. Pure."""

from __future__ import annotations

import re

# Names of places, and the families that they are called after, by a character that reads as they do: the dictionary
# knows the word of every day, 单 dān, 曾 céng, 仇 chóu, the morning sun 朝阳.
OF_A_PLACE = r"(?=[县城集楼庄家寨村镇乡湾山桥河])"
PLACES = (
    (re.compile(rf"(?<![简孤清名菜账订])单{OF_A_PLACE}"), "善"),
    (re.compile(rf"(?<![不未何几])曾{OF_A_PLACE}|曾(?=[都国母厝巷])"), "增"),
    (re.compile(rf"(?<![报复冤恩])仇{OF_A_PLACE}"), "求"),
    (re.compile("朝阳"), "潮阳"),
)


def as_place(name: str) -> str:
    """*name* for the dictionary of pinyin, with characters that sound as a place's name does: 单县 is Shàn xiàn."""
    for pattern, alike in PLACES:
        name = pattern.sub(alike, name)
    return name
