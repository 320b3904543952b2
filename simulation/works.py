"""What is built in a county that says nothing of its own: by sector, builders, names, contents, sizes, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from projects.choices import InvestmentKind

GOVERNMENT, ENTERPRISE = InvestmentKind.GOVERNMENT, InvestmentKind.ENTERPRISE


class Works(NamedTuple):
    """`{place}` in the name is a township or a quarter of the seat, `{village}` a village; `{n}` in the content is how
    many of it there are when one costs *per* 万元. From *low* to *high* 万元 in total."""

    trade: str
    name: str
    scope: str
    low: int
    high: int
    per: float = 0


@dataclass(frozen=True)
class Sector:
    """The works of a sector: those of the county, and those that fit a township; `{name}` in a builder is invented."""

    label: str
    department: str  # the word in the name of the department that is competent for it
    kind: InvestmentKind
    builder: str  # `{county}` is 县 or 镇
    trade: str  # of works that the county's profile names without one
    works: tuple[Works, ...]
    town: tuple[Works, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """From–to in 万元 of all its works."""
        return min(work.low for work in self.works), max(work.high for work in self.works)


VILLAGES = (
    "兴隆村", "向阳村", "太平村", "双河村", "永安村", "新立村", "柳树村", "东升村", "石桥村", "平安村", "靠山村",
    "大榆树村", "腰屯村", "前进村",
)  # fmt: skip
NAMES = (  # of companies that there are not
    "砚北", "澄野", "岚禾", "谷屿", "汀麦", "楠枝", "霁川", "稻屿", "垣秋", "启沃", "邈山", "芷塬", "禾屹", "沐垚",
    "槐序", "苇舟",
)  # fmt: skip

SECTORS: dict[str, Sector] = {
    "industry": Sector(
        "工业",
        "工业",
        ENTERPRISE,
        "{name}实业有限公司",
        "factory",
        (
            Works(
                "factory",
                "{place}农产品精深加工项目",
                "新建加工车间{n}万平方米，购置加工、检测设备",
                6_000,
                32_000,
                4_000,
            ),
            Works(
                "factory", "{place}装配式构件厂项目", "新建构件车间{n}万平方米，配套堆场和搅拌站", 8_000, 36_000, 4_500
            ),
            Works("factory", "{place}农机配件铸造项目", "新建铸造、机加工车间，配套除尘设施", 6_000, 24_000),
            Works("factory", "{place}生物质颗粒燃料项目", "新建制粒车间和秸秆收储场", 3_000, 9_000),
            Works(
                "factory",
                "{place}包装材料生产项目",
                "新建洁净车间{n}万平方米，购置吹塑、印刷设备",
                5_000,
                20_000,
                5_000,
            ),
            Works("factory", "{place}建筑铝型材项目", "新建挤压、喷涂车间和原料库", 12_000, 45_000),
            Works("factory", "{place}饲料生产线项目", "新建原料库、制粒车间和化验室", 4_000, 12_000),
            Works(
                "process", "{place}精细化工中间体项目", "新建合成、精制装置和罐区，配套污水处理设施", 15_000, 65_000
            ),
            Works("line", "{place}饮料灌装线扩能项目", "改造水源井两眼，新增灌装线两条", 2_500, 9_000),
            Works("line", "{place}节能技术改造项目", "更换主机和配电系统，建设余热利用设施", 1_500, 6_000),
            Works(
                "sheds",
                "{place}标准化厂房建设项目",
                "建设标准化厂房{n}万平方米，配套园区道路、管网",
                8_000,
                40_000,
                2_800,
            ),
        ),
        (
            Works("kiln", "{place}砖厂退城搬迁项目", "新建隧道窑一条、烘干窑两条，配套脱硫除尘设施", 2_200, 6_000),
            Works("factory", "{place}木制品加工项目", "新建锯材、拼板车间和干燥窑", 1_200, 4_000),
            Works("factory", "{place}粮食初加工项目", "新建制米车间和成品库，购置色选、包装设备", 1_000, 4_500),
            Works(
                "line", "{place}{village}豆制品厂改扩建项目", "改造生产车间，新增生产线一条、冷藏间一处", 600, 1_600
            ),
        ),
    ),
    "energy": Sector(
        "新能源",
        "能源",
        ENTERPRISE,
        "{name}新能源有限公司",
        "pv",
        (
            Works(
                "pv",
                "{place}{n}兆瓦光伏发电项目",
                "建设光伏方阵{n}兆瓦，配套箱变、集电线路和升压设施",
                12_000,
                48_000,
                400,
            ),
            Works("wind", "{place}{n}兆瓦风力发电项目", "安装风力发电机组{n}兆瓦，新建升压站", 25_000, 60_000, 600),
            Works("station", "{place}储能电站项目", "建设电池舱、变流器和升压设施", 8_000, 30_000),
            Works("station", "{place}充电站建设项目", "建设充电桩{n}个、配电室和雨棚", 800, 3_000, 20),
        ),
        (
            Works("pv", "{place}{village}村级光伏电站项目", "建设光伏方阵{n}兆瓦，收益用于村集体", 600, 2_400, 400),
            Works("pv", "{place}农光互补光伏项目", "建设光伏方阵{n}兆瓦，棚下种植", 2_400, 8_000, 400),
        ),
    ),
    "municipal": Sector(
        "市政",
        "城乡建设",
        GOVERNMENT,
        "{county}城市建设投资有限公司",
        "pipes",
        (
            Works("renewal", "{place}老旧小区改造工程", "改造{n}栋楼的屋面、外墙、管网和小区道路", 2_500, 9_000, 130),
            Works("pipes", "{place}供水管网改造工程", "更换供水管道{n}公里，改造加压泵站", 2_500, 12_000, 160),
            Works("pipes", "{place}燃气管网更新工程", "更新中低压管网{n}公里和调压设施", 2_500, 9_000, 150),
            Works("pipes", "{place}排水防涝工程", "新建雨水干管{n}公里，改造泵站", 4_000, 18_000, 420),
            Works("housing", "{place}棚户区改造安置房项目", "建设安置房{n}套和配套设施", 12_000, 45_000, 42),
            Works("grounds", "{place}公共停车场项目", "硬化场地，建设停车位{n}个、充电和收费设施", 900, 3_000, 4),
        ),
        (
            Works("pipes", "{place}{village}供水管网延伸工程", "铺设供水管道{n}公里，安装水表井", 600, 1_500, 50),
            Works("street", "{place}集镇街面整治工程", "改造人行道、雨污管网和路灯", 800, 2_400),
        ),
    ),
    "environment": Sector(
        "生态环保",
        "生态环境",
        GOVERNMENT,
        "{county}环境建设投资有限公司",
        "treatment",
        (
            Works(
                "treatment", "{place}污水处理厂提标改造工程", "改造生化池，增设深度处理单元和在线监测", 3_000, 12_000
            ),
            Works("sheds", "{place}垃圾中转站项目", "新建中转车间，购置压缩设备和转运车辆", 1_200, 3_500),
            Works("river", "{place}黑臭水体治理工程", "清淤、截污和岸坡修复{n}公里", 1_200, 5_000, 260),
        ),
        (
            Works("treatment", "{place}生活污水处理站项目", "新建日处理五百吨污水处理站一座、配套管网", 900, 2_600),
            Works("sheds", "{place}垃圾分拣站项目", "新建分拣棚、渗滤液池，购置转运车", 600, 1_400),
        ),
    ),
    "transport": Sector(
        "交通",
        "交通",
        GOVERNMENT,
        "{county}交通建设投资有限公司",
        "road",
        (
            Works("lane", "{place}农村公路改造工程", "改造农村公路{n}公里，完善排水和安全设施", 1_500, 7_000, 110),
            Works("bridge", "{place}危桥改造工程", "拆除重建桥梁{n}座，引道顺接", 800, 3_600, 600),
            Works("road", "{place}旅游公路工程", "新建三级公路{n}公里，设置港湾式停车带", 8_000, 38_000, 900),
            Works("road", "{place}国道绕越线工程", "新建二级公路{n}公里，配套桥涵", 15_000, 38_000, 1_800),
            Works("sheds", "{place}货运站场项目", "建设仓库、装卸场地和进出道路", 3_000, 12_000),
            Works("building", "{place}客运站改建项目", "建设站房、落客区和充电设施", 1_500, 6_000),
        ),
        (
            Works("lane", "{place}{village}通村公路改造工程", "改造村道{n}公里，路面宽四米半", 600, 1_800, 85),
            Works("bridge", "{place}{village}危桥改造工程", "拆除重建桥梁一座，引道顺接", 600, 1_200),
        ),
    ),
    "water": Sector(
        "水利",
        "水",
        GOVERNMENT,
        "{county}水务投资有限公司",
        "river",
        (
            Works("river", "{place}河道治理工程", "清淤疏浚、护岸{n}公里，堤防加固", 1_500, 9_000, 420),
            Works("dam", "{place}水库除险加固工程", "坝体防渗、溢洪道改造、监测设施", 1_500, 6_000),
            Works("channel", "{place}灌区续建配套工程", "衬砌渠道{n}公里，改造渠系建筑物", 2_000, 16_000, 130),
            Works("treatment", "{place}农村供水保障工程", "新建水厂一座，铺设输配水管道", 3_000, 18_000),
            Works("river", "{place}小流域综合治理工程", "护岸、谷坊和沟道治理{n}公里", 1_200, 3_600, 220),
        ),
        (
            Works("channel", "{place}{village}灌溉渠道衬砌工程", "衬砌渠道{n}公里，改造闸门和过路涵", 600, 1_600, 70),
            Works("river", "{place}{village}河段护岸工程", "护岸{n}公里，清淤疏浚", 600, 1_800, 300),
        ),
    ),
    "agriculture": Sector(
        "农业",
        "农业",
        GOVERNMENT,
        "{county}农业发展有限公司",
        "farmland",
        (
            Works(
                "farmland",
                "{place}高标准农田建设项目",
                "建设高标准农田{n}万亩：土地平整、灌排、田间道路",
                2_000,
                9_000,
                2_600,
            ),
            Works(
                "barns", "{place}肉牛标准化养殖场项目", "建设牛舍、青贮窖和粪污处理设施，存栏{n}头", 2_000, 9_000, 3
            ),
            Works("grain", "{place}粮食烘干中心项目", "建设烘干塔、平房仓和地磅房", 1_200, 4_000),
            Works("cold", "{place}冷链仓储项目", "建设冷库{n}吨、分拣车间，购置冷藏车", 2_000, 12_000, 0.9),
            Works("greenhouse", "{place}棚膜蔬菜园区项目", "建设日光温室{n}栋和育苗中心", 1_500, 6_000, 28),
        ),
        (
            Works("cold", "{place}{village}产地冷库项目", "建设冷库{n}吨、预冷间和分拣棚", 600, 1_500, 0.8),
            Works("farmland", "{place}{village}高标准农田项目", "平整土地、铺设输水管道，受益{n}亩", 900, 2_600, 0.25),
            Works(
                "barns", "{place}{village}肉牛养殖小区项目", "建设牛舍、青贮窖和粪污处理池，存栏{n}头", 800, 2_200, 3
            ),
            Works("grain", "{place}{village}粮食烘干点项目", "建设烘干塔一座、晾晒棚和地磅", 600, 1_300),
            Works("greenhouse", "{place}{village}蔬菜大棚项目", "建设日光温室{n}栋，配套水肥设施", 600, 1_800, 26),
        ),
    ),
    "forestry": Sector(
        "林业",
        "林业",
        GOVERNMENT,
        "{county}国有林场",
        "planting",
        (
            Works("planting", "{place}国土绿化项目", "人工造林、退化林修复{n}万亩，配套管护道路", 900, 6_000, 1_500),
            Works("planting", "{place}林下经济基地项目", "建设种植基地{n}亩、作业道和监测设施", 900, 4_000, 1.2),
            Works("wetland", "{place}湿地保护修复工程", "修复退化湿地，建设监测站和步道", 1_200, 6_000),
        ),
    ),
    "education": Sector(
        "教育",
        "教育",
        GOVERNMENT,
        "{county}教育局",
        "building",
        (
            Works("building", "{place}中学教学楼项目", "新建教学楼{n}平方米，改造运动场", 1_500, 8_000, 0.36),
            Works("building", "{place}职业教育实训楼项目", "新建实训楼{n}平方米，购置实训设备", 2_500, 9_000, 0.42),
            Works("building", "{place}公办幼儿园项目", "新建园舍{n}平方米和室外活动场地", 900, 3_000, 0.38),
        ),
    ),
    "health": Sector(
        "卫生",
        "卫生",
        GOVERNMENT,
        "{county}卫生健康局",
        "building",
        (
            Works("building", "{place}卫生院改扩建项目", "扩建综合楼{n}平方米，购置检查设备", 900, 4_500, 0.42),
            Works("building", "{place}急救中心项目", "新建急救综合楼{n}平方米", 3_000, 12_000, 0.5),
            Works("building", "{place}托育服务中心项目", "新建托育用房{n}平方米，配套设备", 900, 3_500, 0.4),
        ),
    ),
    "welfare": Sector(
        "民政",
        "民政",
        GOVERNMENT,
        "{county}民政局",
        "building",
        (
            Works("building", "{place}养老服务中心项目", "新建护理楼{n}平方米，设床位和康复室", 1_500, 7_000, 0.4),
            Works("grounds", "{place}公益性公墓项目", "建设墓区、道路和服务用房", 700, 2_400),
            Works("building", "{place}社区服务综合体项目", "新建服务用房{n}平方米和社区食堂", 900, 3_500, 0.38),
        ),
        (Works("building", "{place}农村养老大院项目", "改扩建护理用房{n}平方米，配套厨房、浴室", 600, 1_500, 0.32),),
    ),
    "tourism": Sector(
        "文旅",
        "旅游",
        ENTERPRISE,
        "{name}旅游开发有限公司",
        "scenic",
        (
            Works("building", "{place}康养度假区项目", "建设康养中心和客房{n}平方米，配套设施", 12_000, 52_000, 0.65),
            Works("scenic", "{place}游客集散中心项目", "建设集散中心、停车场和驿站", 3_000, 12_000),
            Works("heritage", "{place}古街修缮项目", "修缮街区建筑{n}平方米，改造管线和铺装", 3_000, 12_000, 0.5),
        ),
        (
            Works("heritage", "{place}{village}民俗村改造项目", "修缮民居{n}户，建设游客服务点", 800, 3_000, 22),
            Works("scenic", "{place}{village}露营地项目", "建设营位、步道、停车场和服务用房", 700, 2_400),
        ),
    ),
    "commerce": Sector(
        "商贸物流",
        "商务",
        ENTERPRISE,
        "{name}商贸有限公司",
        "sheds",
        (
            Works("sheds", "{place}物流园项目", "建设仓储、分拣中心{n}万平方米和配送车场", 8_000, 40_000, 2_800),
            Works("sheds", "{place}农贸市场改造项目", "新建交易大厅{n}平方米和停车场", 2_000, 6_000, 0.3),
            Works("fitout", "{place}电商产业园项目", "装修直播、办公和仓储用房，购置分拣设备", 1_200, 5_000),
            Works("building", "{place}商业综合体项目", "建设商业楼{n}平方米、地下停车场", 15_000, 48_000, 0.55),
            Works("cold", "{place}冷链配送中心项目", "建设冷库{n}吨、分拣车间，购置冷藏车", 3_000, 15_000, 0.9),
        ),
    ),
    "digital": Sector(
        "数字经济",
        "工业",
        ENTERPRISE,
        "{name}数字科技有限公司",
        "fitout",
        (
            Works("fitout", "{place}数据中心项目", "改造机房，建设供电、制冷系统和机柜{n}个", 6_000, 20_000, 45),
            Works("fitout", "{place}智慧政务平台项目", "建设平台，改造网络和机房", 1_000, 4_000),
            Works("fitout", "{place}创业孵化基地项目", "装修孵化用房，建设公共实验室", 1_000, 4_500),
            Works("fitout", "{place}检验检测中心项目", "装修实验室，购置检测设备", 1_200, 5_000),
        ),
    ),
}

#: What investors have in mind in a county that says nothing of its own: what, sector, where from.
IDEAS = (
    ("农产品冷链物流园", "物流", "山东寿光"),
    ("医用敷料生产基地", "医药", "河南长垣"),
    ("预制菜加工", "食品", "山东潍坊"),
    ("汽车线束配套", "装备", "安徽芜湖"),
    ("生物有机肥", "农业", "河北邯郸"),
    ("数字印刷包材", "轻工", "广东东莞"),
    ("智能温室育苗中心", "农业", "北京"),
    ("建筑铝模板", "新材料", "广东佛山"),
    ("康养小镇", "文旅", "上海"),
    ("服装智能制造", "轻工", "浙江嘉兴"),
    ("储能电池组装", "新能源", "江苏常州"),
    ("电子元件封装", "装备", "广东深圳"),
    ("农机装备制造", "装备", "河南洛阳"),
    ("饮品灌装线", "食品", "浙江杭州"),
)
