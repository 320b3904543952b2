"""What a ledger's columns can be, and the words that people head them with.

`HEADERS` is read from the top; the first pattern that fits the whole header (blanks and brackets taken off, full width
made half) decides. Several levels of a merged header are joined with "/". Source of the words: headers of real ledgers.
"""
# ruff: noqa: E501 (tables: a line is a row)

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(StrEnum):
    TEXT = "text"
    AMOUNT = "amount"
    DATE = "date"
    SPAN = "span"
    PEOPLE = "people"
    UNITS = "units"
    FLAG = "flag"
    COUNT = "count"
    PERCENT = "percent"
    MONTH = "month"
    CODE = "code"


@dataclass(frozen=True)
class Field:
    """One thing that a ledger can say of a project; `once` is False where several columns may carry it."""

    code: str
    kind: Kind
    label: object
    once: bool = True


FIELDS = {
    field.code: field
    for field in (
        Field("key", Kind.CODE, _("mark of this system")),
        Field("number", Kind.CODE, _("number in the ledger")),
        Field("code", Kind.CODE, _("national project code")),
        Field("name", Kind.TEXT, _("project name")),
        Field("group", Kind.TEXT, _("group")),
        Field("package", Kind.TEXT, _("package")),
        Field("level", Kind.TEXT, _("level of priority")),
        Field("category", Kind.TEXT, _("category")),
        Field("sector", Kind.TEXT, _("sector")),
        Field("cluster", Kind.TEXT, _("cluster")),
        Field("leaders", Kind.PEOPLE, _("sponsoring leaders")),
        Field("lead_unit", Kind.UNITS, _("lead unit")),
        Field("competent_unit", Kind.UNITS, _("competent department")),
        Field("cooperating_units", Kind.UNITS, _("cooperating units")),
        Field("handling_unit", Kind.UNITS, _("unit that handles the approvals")),
        Field("owner", Kind.TEXT, _("owner")),
        Field("builder", Kind.TEXT, _("contractor")),
        Field("site", Kind.TEXT, _("site")),
        Field("scope", Kind.TEXT, _("scope")),
        Field("annual_task", Kind.TEXT, _("task of the year")),
        Field("nature", Kind.TEXT, _("nature")),
        Field("investment_kind", Kind.TEXT, _("kind of investment")),
        Field("stage", Kind.TEXT, _("stage")),
        Field("started", Kind.FLAG, _("started")),
        Field("entered", Kind.FLAG, _("in statistics")),
        Field("listed", Kind.FLAG, _("on the list")),
        Field("total_investment", Kind.AMOUNT, _("total investment")),
        Field("year_plan", Kind.AMOUNT, _("plan of the year")),
        Field("done_before", Kind.AMOUNT, _("done by the end of last year")),
        Field("done_in_all", Kind.AMOUNT, _("done since the start")),
        Field("done", Kind.AMOUNT, _("done this year to date")),
        Field("done_month", Kind.AMOUNT, _("done in the month"), once=False),
        Field("progress", Kind.TEXT, _("progress"), once=False),
        Field("issues", Kind.TEXT, _("problems")),
        Field("next_steps", Kind.TEXT, _("next steps")),
        *(Field(f"q{n}_plan", Kind.AMOUNT, label) for n, label in enumerate((
            _("plan of the 1st quarter"), _("plan of the 2nd quarter"),
            _("plan of the 3rd quarter"), _("plan of the 4th quarter")), 1)),
        *(Field(f"q{n}_task", Kind.TEXT, label) for n, label in enumerate((
            _("task of the 1st quarter"), _("task of the 2nd quarter"),
            _("task of the 3rd quarter"), _("task of the 4th quarter")), 1)),
        Field("span", Kind.SPAN, _("years of building")),
        Field("start", Kind.DATE, pgettext_lazy("date", "start")),
        Field("finish", Kind.DATE, pgettext_lazy("date", "completion")),
        Field("planned_start", Kind.DATE, _("planned start")),
        Field("planned_finish", Kind.DATE, _("planned completion")),
        Field("actual_start", Kind.DATE, _("substantial start on")),
        Field("actual_finish", Kind.DATE, _("completed on")),
        Field("percent", Kind.PERCENT, _("completion rate")),
        Field("month", Kind.MONTH, _("month of the report")),
        Field("reported_on", Kind.DATE, _("day of the report")),
        Field("remark", Kind.TEXT, _("remark")),
    )
}  # fmt: skip

QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
QUARTER = re.compile(r"第?([一二三四1-4])季度")

HEADERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (field, re.compile(pattern))
    for field, pattern in (
        ("key", r"系统识别码"),
        ("number", r"序号?|编号|项目编号|项目序号|台账编号|NO\.?|No\.?"),
        ("code", r"(国家|投资)?项目(统一|审批|审批监管|监管)?(代码|编码)|国家编码|投资项目在线(审批)?(监管)?平台代码|(立项|备案|审批|审批监管)?代码|项目唯一码"),
        ("name", r"(重点|建设|主要)?项目(工程)?名称(及.*)?|工程名称|名称|项目内容|工程项目(名称)?|项目|(合同|子项目|单位工程|标段)名称"),
        ("package", r"(所属|所在|归属)(的)?(打包|打捆|总)项目(名称)?|打包项目(名称)?|所属项目包"),
        ("month", r"填报月份?|报告月份?|上报月份?|月份|所属月份|报告期"),
        ("reported_on", r"填报(日期|时间)|上报(日期|时间)|报送(日期|时间)"),
        ("level", r"层次|(项目)?(级别|层级)|重点级别|重点层级|省市重点(项目)?|标注"),
        ("category", r"(项目)?分类|项目类别|类别等级"),
        ("group", r"类别"),
        ("sector", r"(所属)?(行业|产业)(类别|分类|类型|领域)?|项目类型|(所属)?领域|产业链|专项"),
        ("cluster", r"(所属)?(产业)?集群(名称)?"),
        ("competent_unit", r"(行业|项目|业务)?(主管|行管)(单位|部门|局)|行业(管理|监管|责任)?(单位|部门)"),
        ("leaders", r"(包联|挂钩|联系|包保|挂包|责任|牵头|分管|包抓)(区|县|市)?(级)?领导(同志)?|领导|县级领导|区级领导|市级领导|包联人|挂联领导|(区|县|市)级?(包联|包保|包抓|挂钩|联系|牵头|责任|分管)领导"),
        ("handling_unit", r"(手续)?代办(单位|部门)|手续(办理)?(责任)?单位|审批(服务)?单位"),
        ("cooperating_units", r"(配合|协办|协同|参与)(单位|部门)|责任科室"),
        ("lead_unit", r"(主要|项目)?(责任|牵头|包联|报送|填报|申报|包保|包抓|责任主体|主体责任)(单位|部门|乡镇|镇街|街道)|责任主体|(所属|所在)?(乡镇|镇街|街道)|县\(?市\)?区|单位|牵头责任单位|责任牵头单位"),
        ("owner", r"(项目)?(建设|实施|投资)(单位|业主|法人|主体|业主单位|法人单位)(名称)?|项目(单位|业主|法人|主体|业主单位|法人单位)(名称)?|业主(单位)?(名称)?|投资方"),
        ("builder", r"施工(单位|企业)|承建单位|总包单位"),
        ("site", r"(项目)?(建设|所在|实施)?(地点|地址|地|位置)|落户(地|园区)"),
        ("investment_kind", r"投资(类型|性质|类别)|资金(来源|性质)|投资来源"),
        ("annual_task", r"(本|全|当)?年(度)?(主要)?(建设|工作|目标)?(任务|内容|建设内容)|年度?(计划)?形象进度(目标)?|年计划形象进度|年度建设内容"),
        ("scope", r"(主要)?(建设|工程)?(规模及)?(主要)?(建设)?(内容|规模)(及(主要)?(建设)?(规模|内容))?|建设规模(及|和|与)(主要)?内容|项目概况|基本情况"),
        ("nature", r"(建设|项目)性质|性质|新建/续建|新续建"),
        ("started", r"是否(已)?(实质性?)?(开工|动工|开工建设|复工|开复工)|开(复)?工(情况|与否)|开工否"),
        ("entered", r"是否(已)?(纳入统计(库|范围)?|纳统|入统|统计入库|入库入统)|(入统|纳统)(情况|与否)"),
        ("stage", r"(最新|目前|当前|项目)?(建设|项目|工作|进展)?(阶段|状态)|项目现状"),
        ("listed", r"在线|在库|是否在册|在册"),
        ("total_investment", r"(项目)?(计划|估算|概算|预计)?总投资(额|估算)?|投资(总)?额|投资规模|概算(总)?投资|总投资额"),
        ("done_before", r"(截至|截止|至|到)?(上|去|\d{4})年(度)?(底|末)(前)?(累计|累积)?(已)?(完成)?投资(额)?|以前年度(累计)?完成投资(额)?"),
        ("done_in_all", r"自?(开工|开建)(以来|起|至今)?(累计|累积)(已)?完成(投资)?(额)?|自(开工|开始|建设)(以来|起|建设)?(累计|累积)?(已)?完成(投资)?(额)?|开工(至今|以来)累计完成(投资)?|(历年|总)累计完成投资|累计完成总投资(额)?"),
        ("done_month", r"(\d{1,2}月(份)?)?(当|本)月(实际)?(已)?完成(的)?投资(额)?|(当|本)月新增(完成)?投资|(当|本|\d{1,2})月(份)?投资(完成)?(额)?|(当|本|\d{1,2})月(份)?(实际)?(已)?完成(的)?投资(额)?|(当|本)月投资(额)?|\d{1,2}月(份)?投资(完成)?(额)?|月度完成投资"),
        ("done", r"(本年度?|今年|全年|当年|年度|年内|年初至今)?(\d{1,2}-\d{1,2}月(份)?|上半年)?(实际)?(累计|累积)(已)?(实际)?完成(投资)?(额)?|(本年度?|今年|当年|年内)?(\d{1,2}-\d{1,2}月(份)?|上半年)(实际)?(已)?完成(投资)?(额)?|(今年|当年|年内)(实际)?(已)?完成投资(额)?|(本年)?累计投资完成(额)?|(本年|全年|年度|年初至今|年)?(\d{1,2}-\d{1,2}月(份)?)?(实际)?(累计|累积)(已)?(实际)?完成(投资)?(额)?|(\d{1,2}-\d{1,2}月(份)?)(累计)?(实际)?(已)?完成(投资)?(额)?"
                 r"|(实际)?完成投资(额)?|本年(度)?(实际)?(已)?完成投资(额)?|当月至今已完成(投资)?|年度(累计)?完成投资(额)?|累计投资|累计(已)?完成"
                 r"|(\d{4}年|今年|本年|年初)以来(累计|累积)?(实际)?(已)?完成投资(额)?|(截至|截止|到)(目前|当前|现在)(为止)?(累计|累积)?(实际)?(已)?完成投资(额)?"
                 r"|(截至|截止|至|到)(\d{4}年)?\d{1,2}月(份)?(\d{1,2}日|底|末)?(累计|累积)?(实际)?(已)?完成投资(额)?"
                 r"|(本|当|全)?年?度?投资(计划)?完成(情况|额|数)?|(本|当)?年度?(投资)?计划完成情况"),
        ("year_plan", r"全年(计划|预计|目标)(完成)?投资(额)?|(本|当|全)?年(度)?(计划|目标)?(完成)?投资(计划|目标|任务)(额)?|(本|当)?年(度)?(计划|预计|目标)(完成)?投资(额)?|(年度|年)投资(额)?|(计划|预计|目标)(完成)?投资(额)?|投资(计划|目标)"
                      r"|(本|当|全)?年度?(投资)?计划(数|额)?|年计划(完成)?投资"),
        ("percent", r"占(年度|年|全年)?(目标|计划)(投资)?(的)?(%|比例|比重|百分比)?|(年度?)?(计划)?(投资)?(完成)(率|比例)(%)?|年计划投资完成率|投资完成(比例|率)"),
        ("span", r"建设(起止)?(年限|周期|期限|时间|起止时间)|(计划)?工期|起止(年限|时间)|建设起止年限?|建设期"),
        ("planned_start", r"(计划|预计|拟|拟定)(开工|动工|开建|开始)(时间|日期|年月|年份)?"),
        ("actual_start", r"(实际|已)(开工|动工)(时间|日期|年月)?"),
        ("planned_finish", r"(计划|预计|拟)(竣工|完工|建成|投产|竣工投产)(时间|日期|年月|年份)?"),
        ("actual_finish", r"实际(竣工|完工)(时间|日期|年月)?"),
        ("start", r"(实际|计划|预计|拟)?(\(?计划\)?)?(开工|动工|开始|起始|开建)(时间|日期|年份|年月|年|月份)?|(实际|计划)开工"),
        ("finish", r"(实际|计划|预计|拟)?(\(?计划\)?)?(竣工|完工|结束|投产|建成|竣工投产|完成)(时间|日期|年份|年月|年|月份)|(实际|计划)(竣工|完工)"),
        ("progress", r"(\d{1,2}月(份)?|当月|本月|目前|当前|最新|项目|工程|总体|整体|累计|累计完成|完成)?(工作)?(内容及)?(形象)?(进展|进度)(情况|描述)?|工作内容及形象进度|当月进展|形象进度(目标)?|建设情况|进展情况"),
        ("issues", r"(存在|主要|目前|当前)?(存在)?(的)?(主要)?(困难|问题)(和|及|与)?(困难|问题)?(和建议|及建议)?|(存在(的)?问题(及|和))?需要?(省|市|县|区)?(级|委|政府|层面)*(协调|解决|协调解决)(的)?(主要)?(问题|事项|困难)?"),
        ("next_steps", r"下一?(步|阶段)(工作)?(计划|打算|措施|安排)?|下月(工作)?计划|整改措施"),
        ("remark", r"备注(标记)?|说明|附注"),
    )
)  # fmt: skip


# Words of a lower level that mean something only with what stands above them.
GENERAL = re.compile(
    r"(投资|资金)?(数|金)?额|(投资)?(小计|合计|总计|总额)|投资|资金|完成|完成数|计划|计划数|目标|数额"
)
OF_A_PERSON_OR_UNIT = re.compile(r"姓名|名称|单位|单位名称|领导|领导姓名")
WHENEVER = re.compile(r"(19|20)\d\d年(度)?|((0?\d|1[0-2])-)?(0?\d|1[0-2])月(份)?|(本|当)(月|年|年度)|(本年)?累计")
ABOUT = re.compile(r"(项目)?(基本|总体|主要)?(情况|概况|信息|指标)|项目")  # a level that says nothing of an amount
SHORTER = re.compile(r"月|旬|周|季")  # spells within a year
ELSEWHEN = re.compile(
    r"旬|周|上月|下一?月|上一?年|去年|明年|下一?年|预[计测]|其中|到位|支付|拨付|贷款|债券|财政|自筹|中央"
)
PEOPLE_AND_UNITS = (Kind.PEOPLE, Kind.UNITS)


def field_of(path: tuple[str, ...]) -> str | None:
    """The field that a header means; *path* are its levels from the top, half-width, without blanks and brackets.

    A general lower word (投资额, 小计, 合计 …) takes its meaning from above; a word of time below goes before it.
    """
    path = tuple(part for level in path for part in re.split(r"(?<=[一-鿿])-(?=[一-鿿])", level))
    joined = "/".join(path)
    if found := QUARTER.search(joined):
        return _of_quarter(QUARTERS[found[1]], joined)
    for text, kinds in _readings(path):
        for said in _without_year(text):
            field = next((field for field, pattern in HEADERS if pattern.fullmatch(said)), None)
            if field and (not kinds or FIELDS[field].kind in kinds):
                return None if field == "year_plan" and SHORTER.search(joined) else field
    return None


def _readings(path: tuple[str, ...]) -> Iterator[tuple[str, tuple[Kind, ...]]]:
    """The ways to read *path* as one header, the likeliest first, with the kinds that it may have then (any)."""
    yield "/".join(path), ()
    if len(path) < 2:
        return
    *above, last = path
    general, money = GENERAL.fullmatch(last), (Kind.AMOUNT,)
    yield "".join(path), ()
    for upper in reversed(above):
        short = upper.removesuffix("情况")
        for word in dict.fromkeys((upper, short)):
            yield word + last, ()
            if WHENEVER.fullmatch(last):
                yield last + word, ()
            if general:
                yield f"{word}{last}投资", money
                yield f"{word}投资", money
                yield word, money
        if OF_A_PERSON_OR_UNIT.fullmatch(last):
            yield upper, PEOPLE_AND_UNITS
    if any(ELSEWHEN.search(upper) for upper in above):
        yield last, tuple(kind for kind in Kind if kind is not Kind.AMOUNT)
    elif not (general or OF_A_PERSON_OR_UNIT.fullmatch(last)) or all(ABOUT.fullmatch(upper) for upper in above):
        yield last, ()


def _of_quarter(number: int, text: str) -> str | None:
    if re.search(r"完成(率|比例)|实际完成|累计", text):
        return None
    if re.search(r"投资|资金|金额", text):
        return f"q{number}_plan"
    return f"q{number}_task" if re.search(r"形象进度|内容|任务|工作|计划|目标", text) else None


def _without_year(text: str) -> tuple[str, ...]:
    """`2018年计划投资` → `年计划投资`, `计划投资`; `截至2019年底完成投资`, `2014年以来完成投资` stay."""
    if re.match(r"^\d{4}年(度)?(底|末|以来)", text):
        return (text,)
    return tuple(
        dict.fromkeys((re.sub(r"^(19|20)\d\d(?=年)", "", text), re.sub(r"^(19|20)\d\d年?(度|年度)?(?=.)", "", text)))
    )


MONTHS_SAID = re.compile(r"(?<!\d)(?:(1[0-2]|0?[1-9])|元)月?(?:份)?[-—~至](1[0-2]|0?[1-9])月")
MONTH_SAID = re.compile(r"(?<![\d-])(1[0-2]|0?[1-9])月")
YEAR_SAID = re.compile(r"((?:19|20)\d\d)年?(?!\d|年?以来)")


def months_said(text: str) -> tuple[int, int] | None:
    """(1, 9) for 1-9月, (5, 5) for 5月 and 05月."""
    if found := MONTHS_SAID.search(text):
        return int(found[1] or 1), int(found[2])
    if found := MONTH_SAID.search(text):
        return int(found[1]), int(found[1])
    return None


def year_said(text: str) -> int | None:
    """The year that a title or header names, if it names one only."""
    years = set(YEAR_SAID.findall(text))
    return int(years.pop()) if len(years) == 1 else None


# --- words within cells -----------------------------------------------------------------------------------------

NATURES = (
    ("continued", re.compile(r"续建|结转|在建")),
    ("extended", re.compile(r"扩建")),
    ("rebuilt", re.compile(r"改建|技改|技术改造|改造|迁建|重建")),
    ("new", re.compile(r"新建|新开工|计划开工|拟开工|^新$|^新增")),
)
STAGES = (
    ("completed", re.compile(r"(?<!未)(竣工|完工|建成|投产|交付)")),
    ("suspended", re.compile(r"停工|缓建|停建|暂停|中止")),
    ("prework", re.compile(r"前期|未开工|未动工|筹备|准备|拟建")),
    ("reserve", re.compile(r"储备|预备")),
    ("planned", re.compile(r"谋划")),
    ("entered", re.compile(r"(?<!未)入统|(?<!未)入库")),
    ("started", re.compile(r"开工|在建|施工|续建|动工|建设中")),
)
KINDS_OF_INVESTMENT = (
    (
        "",
        re.compile(r"PPP|ppp|(政府|国有|[区市县]级).*(企业|民间|社会)|(企业|民间|社会).*(政府|财政)"),
    ),  # neither, or both
    ("government", re.compile(r"政府|财政|[区市县省]级|中央|专项债|国有")),
    ("enterprise", re.compile(r"企业|民间|民营|社会|外资|招商|自筹")),
)
LEVELS = (
    ("province", re.compile(r"省|自治区|直辖市")),
    ("city", re.compile(r"市")),
    ("county", re.compile(r"县|区")),
)
MARKS = "★☆■□▲△●○◆◇※"
USUAL_MARKS = {"★": "province", "■": "city"}  # where no note below the table says otherwise

STAGE_WORDS = r"(项目)?(谋划|储备|预备|前期(工作|准备)?|未开工|拟开工|已?(开工|在建|完工|竣工|建成|停工|投产|入统))类?(项目|阶段)?"
# A column whose header says one thing and whose cells another: (said, what most cells look like, meant; None: nothing
# that the registry has).
REVISIONS: tuple[tuple[str, re.Pattern[str], str | None], ...] = tuple(
    (said, re.compile(looks), meant)
    for said, looks, meant in (
        ("owner", r"(企业|政府|[区市县]级|民间|社会|财政|国有)(投资|资金|PPP项目)( ?(企业|政府)投资)?|.{0,4}PPP(项目)?", "investment_kind"),
        ("stage", r"新建|续建|改建|扩建|改扩建|技改|新开工", "nature"),
        *((said, STAGE_WORDS, "stage") for said in ("nature", "group", "category", "sector")),
        ("number", r"\d{4}-\d{6}-\d{2}-\d{2}-\d{6}", "code"),
        ("sector", r"(企业|政府)投资", "investment_kind"),
        ("sector", r"审批(类|制)?|核准(类|制)?|备案(类|制)?", None),
        *((said, r"(新建|续建|改扩建|新开工)类?(项目)?", "nature") for said in ("group", "category")),
    )
)  # fmt: skip


def code_of(table: tuple[tuple[str, re.Pattern[str]], ...], text: str) -> str | None:
    """The code that *text* says; None if no word of the table is in it, "" if it says two things at once."""
    return next((code for code, pattern in table if pattern.search(text)), None)
