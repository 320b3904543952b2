"""What is built in a county that says nothing of its own: by sector, the builder, names, contents and sizes."""

from __future__ import annotations

from dataclasses import dataclass

from projects.choices import InvestmentKind


@dataclass(frozen=True)
class Sector:
    """A sector's works: name and content (`{place}` is a township or a quarter of the seat), from–to in 万元."""

    label: str
    department: str  # the word in the name of the department that is competent for it
    kind: InvestmentKind
    builder: str
    works: tuple[tuple[str, str], ...]
    size: tuple[int, int]


SECTORS: dict[str, Sector] = {
    "industry": Sector(
        "工业",
        "工业",
        InvestmentKind.ENTERPRISE,
        "投资公司",
        (
            ("{place}农产品精深加工", "新建加工车间、冷库和成品库，购置加工、检测设备"),
            ("{place}装配式构件厂", "新建构件车间、堆场和搅拌站"),
            ("{place}农机配件铸造", "新建铸造车间，配套环保设施"),
            ("{place}生物质颗粒燃料", "新建制粒车间和秸秆收储场"),
            ("{place}包装材料", "新建洁净车间，购置吹塑、印刷设备"),
            ("{place}饮料灌装线扩能", "改造水源井两眼，新增灌装线两条"),
            ("{place}建筑铝型材", "新建挤压、喷涂车间和原料库"),
            ("{place}电子元件组装", "装修厂房，购置贴片、检测设备"),
            ("{place}服装加工", "新建缝制车间和仓库"),
            ("{place}饲料生产线", "新建原料库、生产车间和化验室"),
            ("{place}标准化厂房", "建设标准化厂房和园区道路、管网"),
        ),
        (6_000, 65_000),
    ),
    "energy": Sector(
        "新能源",
        "能源",
        InvestmentKind.ENTERPRISE,
        "新能源公司",
        (
            ("{place}光伏发电", "建设光伏方阵、逆变升压设施和集电线路"),
            ("{place}风力发电", "安装风力发电机组，新建升压站"),
            ("{place}储能电站", "建设电池舱、变流器和升压站"),
            ("{place}充电站", "建设充电桩、配电室和雨棚"),
        ),
        (4_000, 60_000),
    ),
    "municipal": Sector(
        "市政",
        "城乡建设",
        InvestmentKind.GOVERNMENT,
        "城市建设投资公司",
        (
            ("{place}污水处理厂提标改造", "改造生化池、增设深度处理单元和在线监测"),
            ("{place}老旧小区改造", "屋面防水、外墙保温、管网和道路改造"),
            ("{place}供水管网改造", "更换供水主管道，建设加压泵站"),
            ("{place}燃气管网更新", "更新中压、低压管网和调压设施"),
            ("{place}排水防涝工程", "新建雨水干管，改造泵站"),
            ("{place}棚户区改造", "征收安置，建设安置房和配套设施"),
            ("{place}垃圾中转站", "建设中转站，购置转运车辆"),
            ("{place}停车场", "建设停车楼、充电桩和收费系统"),
        ),
        (2_500, 45_000),
    ),
    "transport": Sector(
        "交通",
        "交通",
        InvestmentKind.GOVERNMENT,
        "交通投资公司",
        (
            ("{place}农村公路改造", "路基路面改造，完善排水和安全设施"),
            ("{place}客运站", "建设站房、停车场和充电设施"),
            ("{place}危桥改造", "拆除重建桥梁，引道顺接"),
            ("{place}旅游公路", "新建二级公路，设置驿站和标识"),
            ("{place}货运站场", "建设场站、仓库和进出道路"),
        ),
        (1_500, 38_000),
    ),
    "water": Sector(
        "水利",
        "水",
        InvestmentKind.GOVERNMENT,
        "水务投资公司",
        (
            ("{place}河道治理", "清淤疏浚、护岸、堤防加固"),
            ("{place}水库除险加固", "坝体防渗、溢洪道改造、监测设施"),
            ("{place}灌区续建配套", "渠道衬砌、渠系建筑物改造"),
            ("{place}农村供水保障", "新建水厂，铺设输配水管网"),
            ("{place}小流域综合治理", "梯田、护岸、谷坊和经济林"),
        ),
        (1_200, 26_000),
    ),
    "agriculture": Sector(
        "农业",
        "农业",
        InvestmentKind.GOVERNMENT,
        "农业发展公司",
        (
            ("{place}高标准农田", "土地平整、灌排工程、田间道路"),
            ("{place}肉牛标准化养殖", "建设牛舍、青贮窖和粪污处理设施"),
            ("{place}粮食烘干中心", "建设烘干塔、仓库和地磅房"),
            ("{place}冷链仓储", "建设冷库、分拣车间，购置冷藏车"),
            ("{place}棚膜蔬菜园区", "建设日光温室、育苗中心"),
        ),
        (1_000, 16_000),
    ),
    "forestry": Sector(
        "林业",
        "林业",
        InvestmentKind.GOVERNMENT,
        "林业发展公司",
        (
            ("{place}国土绿化", "造林、抚育、管护道路和防火设施"),
            ("{place}林下经济基地", "建设种植基地、作业道和监测设施"),
            ("{place}湿地保护修复", "退化湿地修复、监测站和步道"),
        ),
        (800, 9_000),
    ),
    "education": Sector(
        "教育",
        "教育",
        InvestmentKind.GOVERNMENT,
        "教育局项目办",
        (
            ("{place}学校教学楼", "建设教学楼、风雨操场"),
            ("{place}职业教育实训楼", "建设实训楼，购置实训设备"),
            ("{place}公办幼儿园", "建设园舍、室外场地"),
        ),
        (1_200, 12_000),
    ),
    "health": Sector(
        "卫生",
        "卫生",
        InvestmentKind.GOVERNMENT,
        "卫健局项目办",
        (
            ("{place}卫生院改扩建", "扩建综合楼，购置设备"),
            ("{place}急救中心", "建设急救综合楼和停机坪"),
            ("{place}托育服务中心", "建设托育用房，配套设备"),
        ),
        (900, 22_000),
    ),
    "welfare": Sector(
        "民政",
        "民政",
        InvestmentKind.GOVERNMENT,
        "民政局项目办",
        (
            ("{place}养老服务中心", "建设护理楼、康复中心"),
            ("{place}公益性公墓", "建设墓区、道路和服务用房"),
            ("{place}社区服务综合体", "建设服务用房、活动室和食堂"),
        ),
        (700, 9_000),
    ),
    "tourism": Sector(
        "文旅",
        "旅游",
        InvestmentKind.ENTERPRISE,
        "文旅公司",
        (
            ("{place}康养度假区", "建设康养中心、酒店和配套设施"),
            ("{place}民俗村改造", "改造民居、建设游客服务站"),
            ("{place}游客集散中心", "建设集散中心、停车场和驿站"),
            ("{place}古街修缮", "修缮街区建筑，改造管线和铺装"),
        ),
        (3_000, 52_000),
    ),
    "commerce": Sector(
        "商贸物流",
        "商务",
        InvestmentKind.ENTERPRISE,
        "商贸物流公司",
        (
            ("{place}物流园", "建设仓储中心、分拣中心和配送车场"),
            ("{place}农贸市场", "新建交易大厅、冷库和停车场"),
            ("{place}电商产业园", "装修办公、直播和仓储用房，购置分拣设备"),
            ("{place}商业综合体", "建设商业楼、地下停车场和广场"),
            ("{place}冷链配送中心", "建设冷库、分拣车间，购置冷藏车"),
        ),
        (2_000, 48_000),
    ),
    "digital": Sector(
        "数字经济",
        "工业",
        InvestmentKind.ENTERPRISE,
        "数字科技公司",
        (
            ("{place}数据中心", "建设机房、供电和制冷系统"),
            ("{place}智慧政务平台", "建设平台、改造网络和机房"),
            ("{place}创业孵化基地", "装修孵化用房，建设公共实验室"),
            ("{place}检验检测中心", "建设实验室，购置检测设备"),
        ),
        (1_000, 20_000),
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
