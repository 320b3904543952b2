"""What stands in every row of a table: lights, rulers, clocks, marks, figures, days.

These are tags and not components, because a page has hundreds of them. The functions ending in `_html` can
be called
from Python as well. They join safe text by hand (`format_html` in every cell costs more than the query):
whatever
comes from outside goes through `conditional_escape`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from core.amounts import figures
from core.undo import offered

register = template.Library()

_FILTERS: dict[str, Callable[..., str]] = {
    "wan": figures.wan,
    "yi": figures.yi,
    "pct": figures.pct,
    "rate": figures.rate,
    "points": figures.points,
    "grouped": figures.grouped,
    "weekday": figures.weekday,
}
for _name, _filter in _FILTERS.items():
    register.filter(_name, _filter)


@register.filter
def month(value: date | str | None) -> str:
    """6月; with the year if it isn't this one."""
    return figures.month(value, timezone.localdate())


# signs ------------------------------------------------------------------------------------------------------


@cache
def _sprite(_static_url: str) -> str:
    return static("icons.svg")


def _use(name: str) -> str:
    return f'<use href="{_sprite(settings.STATIC_URL)}#{name}"/>'


@register.simple_tag
def icon(name: str, small: bool = False) -> SafeString:
    """A sign of the sprite, for the eye only: a word stands beside it."""
    return SafeString(f'<svg class="i{"-s" if small else ""}" aria-hidden="true">{_use(name)}</svg>')


# lights, rulers, clocks, marks ------------------------------------------------------------------------------

SHAPES = {"green": "green", "amber": "amber", "red": "red", "grey": "grey", "stop": "grey"}
WORDS = {
    "green": gettext_lazy("On pace"),
    "amber": gettext_lazy("Slow"),
    "red": gettext_lazy("Behind"),
    "grey": gettext_lazy("Not due"),
    "stop": gettext_lazy("Suspended"),
}


def light_html(colour: Any, word: object = "") -> SafeString:
    """A light: shape, word and colour together. *colour* is a colour's name or anything with `.colour` and
    `.label`.
    """
    if not isinstance(colour, str):
        colour, word = colour.colour, word or getattr(colour, "label", "")
    return _light(colour, str(word), get_language())


@lru_cache(maxsize=512)  # a county has a dozen words for its lights, a list draws fifty
def _light(colour: str, word: str, _language: str) -> SafeString:
    sign = f'<svg aria-hidden="true">{_use(f"l-{colour}")}</svg>'
    text = conditional_escape(word or WORDS[colour])
    return SafeString(f'<span class="light {SHAPES[colour]}">{sign}{text}</span>')


register.simple_tag(light_html, name="light")


@register.simple_tag
def shape(colour: str) -> SafeString:
    """A light's shape without its word: only before a sentence that says it."""
    return SafeString(f'<svg class="lt {SHAPES[colour]}" aria-hidden="true">{_use(f"l-{colour}")}</svg>')


def ruler_html(done: Any, pace: Any = None, wide: bool = False) -> SafeString:
    """Bar for what is done, tick for the pace; both in percent, None if there is none."""
    if done is None or done == "":
        return SafeString(f'<span class="mut">{figures.NONE}</span>')
    mark = None if pace is None or pace == "" else figures.rounded(pace, 1)
    return _ruler(figures.rounded(done, 1), mark, wide, get_language())


@lru_cache(maxsize=4096)
def _ruler(share: Decimal, mark: Decimal | None, wide: bool, _language: str) -> SafeString:
    done = figures.printed(share)
    tick, words = "", _("done %(done)s%%") % {"done": done}
    if mark is not None:
        words = _("done %(done)s%%, pace %(pace)s%%") % {"done": done, "pace": mark}
        tick = f'<rect class="pc" x="{min(mark, 100)}%" width="1.5" height="14"/>'
    return SafeString(
        f'<svg class="rule{" wide" if wide else ""}" role="img" aria-label="{words}">'
        '<rect class="tr" y="4" width="100%" height="6" rx="1"/>'
        f'<rect class="dn" y="4" width="{max(0, min(share, 100))}%" height="6" rx="1"/>{tick}</svg>'
    )


register.simple_tag(ruler_html, name="ruler")


def clock_html(used: int, total: int = 5, words: Any = "") -> SafeString:
    """Boxes, one a working day. *used* above *total* is late by the difference; the words are made if not
    given.
    """
    left = total - used
    tone = "late" if left < 0 else "soon" if left <= 1 else ""
    if not words:
        if left < 0:
            words = ngettext("%(n)s working day late", "%(n)s working days late", -left) % {"n": -left}
        elif left <= 1:
            words = ngettext("%(n)s working day left", "%(n)s working days left", left) % {"n": left}
        else:
            words = _("day %(n)s of %(total)s") % {"n": used, "total": total}
    boxes = "".join(
        f'<rect class="{"f" if n < used else "e"}" x="{n * 12}" width="10" height="8" rx="1"/>' for n in range(total)
    )
    svg = f'<svg aria-hidden="true" viewBox="0 0 {total * 12 - 2} 8">{boxes}</svg>'
    words = conditional_escape(words)
    return SafeString(f'<span class="clock {tone}">{svg}<span class="{tone or "mut"}">{words}</span></span>')


register.simple_tag(clock_html, name="clock")


@register.filter
def telephone(number: str) -> SafeString | str:
    """A number to tap, which calls; nothing for none."""
    if not number:
        return ""
    dialled = "".join(sign for sign in number if sign.isdigit() or sign in "+,;*#")
    return format_html('<a class="num nw" translate="no" href="tel:{}">{}</a>', dialled, number)


@register.simple_tag
def in_chinese() -> str:
    """The language of what is kept in Chinese, for `lang=` on a page in another one; empty on a Chinese page."""
    return "zh-Hans" if (get_language() or "").startswith("en") else ""


@register.simple_tag
def mark(text: Any, tone: str = "") -> SafeString:
    """A small mark beside a name; *tone* is “”, “ac”, “red”, “amber” or “green”."""
    return SafeString(f'<span class="mk{f" {tone}" if tone else ""}">{conditional_escape(text)}</span>')


@register.simple_tag
def stages(steps: list[Mapping[str, Any]]) -> SafeString:
    """Stages and gates. Each step: `name`, `state` (done, now, next, far), and perhaps `on`, `note`,
    `gate`, `tone`.
    """
    out = ['<ol class="stages">']
    for step in steps:
        state = step["state"]
        gate = f'<svg class="gate" aria-hidden="true">{_use("l-red")}</svg>' if step.get("gate") else ""
        on = f'<span class="num">{conditional_escape(step["on"])}</span>' if step.get("on") else ""
        tone = f" {step['tone']}" if step.get("tone") else " soon" if state == "next" and step.get("note") else ""
        note = f'<br><span class="g-t{tone}">{conditional_escape(step["note"])}</span>' if step.get("note") else ""
        current = ' aria-current="step"' if state == "now" else ""
        out.append(f'<li class="{state}"{current}>{gate}<b>{conditional_escape(step["name"])}</b>{on}{note}</li>')
    return SafeString("".join(out) + "</ol>")


# words ------------------------------------------------------------------------------------------------------

_AMOUNT = r"[+−-]?\d[\d,.]*(?:[–~-]\d[\d,.]*)?"
_UNITS_ZH = (
    "个百分点|个工作日|个月|小时|分钟|万元|亿元|公里|平方米|个|项|件|天|家|次|人|张|格|行|位|亩|元|期|条|处|日|"
    r"月(?:\d+日)?|年(?:\d+月(?:\d+日)?)?"
)
_UNITS_EN = "percentage points?|points?|working days?|days?|10k yuan|projects?|units?"
_KEEP = re.compile(rf"{_AMOUNT}\s?(?:%|{_UNITS_ZH}|{_UNITS_EN})(?!\w*;)")


@register.filter(needs_autoescape=True)
def keep(value: Any, autoescape: bool = True) -> SafeString:
    """Never part a number from its unit: wraps “6月30日”, “7,600 万元”, so that they don't break."""
    text = conditional_escape(value) if autoescape else str(value)
    return SafeString(_KEEP.sub(lambda found: f'<span class="nw">{found[0]}</span>', text))


@register.simple_tag
def reason(light: Any, pk: int) -> SafeString:
    """Why a project has its light; with the page of the project that it leads to, if it leads to one (`opens`)."""
    said = keep(light.reason)
    if not light.opens:
        return said
    return SafeString(f'<a href="{reverse(light.opens, args=[pk])}">{said}</a>')


def _time(value: date | datetime, text: str, tone: str = "") -> SafeString:
    here = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    full = f"{here:%Y-%m-%d %H:%M}" if isinstance(here, datetime) else f"{here:%Y-%m-%d}"
    css = f' class="{tone}"' if tone else ""
    return SafeString(f'<time datetime="{here.isoformat()}" title="{full}"{css}>{text}</time>')


@register.filter
def day(value: date | datetime | None) -> SafeString | str:
    """7月3日, with the year if it isn't this one, as <time>."""
    return _time(value, figures.day(value, timezone.localdate())) if value else figures.NONE


@register.filter
def up_to(period: Any, counted: datetime | None = None) -> str:
    """5月底; 6月10日 where the month wasn't over when they were *counted* (now)."""
    return figures.up_to(period, timezone.localdate(counted))


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """7月3日 18:00."""
    return _time(value, figures.moment(value, timezone.localdate())) if value else figures.NONE


@register.filter
def short(value: date | datetime | None) -> SafeString | str:
    """07-03 for a column, with the year if it isn't this one."""
    if not value:
        return figures.NONE
    here = figures.local(value)
    return _time(value, f"{here:%m-%d}" if here.year == timezone.localdate().year else f"{here:%Y-%m-%d}")


@register.filter
def ago(value: date | datetime | None) -> SafeString | str:
    """今天 10:24, 昨天, 3 天前, else the day."""
    return _time(value, figures.ago(value, timezone.now())) if value else figures.NONE


@register.simple_tag(takes_context=True)
def when(context: template.Context, value: date | datetime | None) -> SafeString | str:
    """When something is due, in words and tone; `now` in the context is the clock if the view gave one."""
    if not value:
        return figures.NONE
    text, tone = figures.due(value, context.get("now") or timezone.now())
    return _time(value, text, tone)


# forms ------------------------------------------------------------------------------------------------------


@register.filter
def control(field: BoundField) -> SafeString:
    """The input of *field* with our class on it; what a screen reader needs is set by Django itself."""
    widget = field.field.widget
    begin: dict[str, str | bool] = {"autofocus": True} if field.errors else {}  # of several the first is taken
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple | CheckboxInput):
        return field.as_widget(attrs=begin)
    css = "form-select" if isinstance(widget, Select) and not widget.allow_multiple_selected else "form-control"
    if getattr(field.field, "unit", None):
        css += " n"
    given = widget.attrs.get("class")
    html = field.as_widget(attrs=begin | {"class": f"{css} {given}" if given else css})
    none = conditional_escape(_("not chosen"))
    return SafeString(html.replace(">---------<", f">{none}<"))  # Django's dashes


@register.filter
def is_check(field: BoundField) -> bool:
    """A single box, whose label stands after it."""
    return type(field.field.widget) is CheckboxInput


@register.filter
def css_of(level_tag: str) -> str:
    """The tone of a message: Django's level → red, amber, green or none."""
    return {"error": "red", "warning": "amber", "success": "green"}.get(level_tag, "")


# house ------------------------------------------------------------------------------------------------------


@cache
def _stylesheet(path: str, _static_url: str) -> str:
    return format_html('<link rel="stylesheet" href="{}">', static(path)) if finders.find(path) else ""


@register.simple_tag
def vendor_css(path: str) -> str:
    """A stylesheet fetched at set-up, or nothing where it is not there: our own css stands without it."""
    return _stylesheet(path, settings.STATIC_URL)


def module_tag(path: str) -> SafeString:
    return format_html('<script type="module" src="{}"></script>', static(path))


register.filter("offered", offered)
register.simple_tag(module_tag, name="module")
