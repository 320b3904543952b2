"""The signing sheet as a form that is printed and signed with a pen, or kept with the hands that signed. Pure: the
paper's language is Chinese."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from dispatch.sheet.pages import Hand, Sheet
from paper.slip import Field, Row, Slip

NAME = "发文稿纸"


def slip(sheet: Sheet) -> Slip:
    """The form of *sheet*: its fields in the order in which offices fill them."""
    paper, sending = sheet.paper, sheet.sending
    annexes = tuple(f"{at}. {name}" for at, name in enumerate(paper.attachments, start=1))
    signed = Field("签发：", _who(sheet.signed), _when(sheet.signed) or _waits(sheet.to_sign))
    drafted = tuple(f"{hand.who} {_moment(hand.at)}".strip() if hand.at else hand.who for hand in sheet.drafted)
    opened = Field("公开属性：", _lines(sheet.disclosure), _lines(sending.why))
    return Slip(
        title=f"{paper.signature or paper.issuer}{NAME}",
        above=(Field("缓急：" + "\u3000" * 4), Field("密级：" + "\u3000" * 4), Field("", (paper.number,))),
        rows=(
            Row((signed, Field("会签：", sending.joint)), 40),
            Row((Field("核稿：", _who(sheet.checked), _when(sheet.checked)), Field("拟稿：", (), drafted)), 28),
            Row((Field("标题：", _lines(paper.title)),), 24),
            Row((Field("主送：", _lines(paper.addressee.rstrip("：:"))),), 18),
            Row((Field("抄送：", _lines(paper.imprint.copies if paper.imprint else "")),), 18),
            Row((Field("附件：", annexes),), 30),
            Row((opened, Field("成文日期：", _lines(paper.date))), 18),
            Row((Field("校对："), Field("印制份数：", _lines(f"{sending.copies}份" if sending.copies else ""))), 16),
            Row((Field("备注："),), 30),
        ),
        made=paper.made,
        author=paper.signature or paper.issuer,
    )


def _lines(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _who(hand: Hand) -> tuple[str, ...]:
    return _lines(hand.who)


def _when(hand: Hand) -> tuple[str, ...]:
    return (_moment(hand.at),) if hand.at else ()


def _moment(at: datetime) -> str:
    here = timezone.localtime(at)
    return f"{here.year}年{here.month}月{here.day}日 {here:%H:%M}"


def _waits(to_sign: str) -> tuple[str, ...]:
    return (f"送{to_sign}签发",) if to_sign else ()
