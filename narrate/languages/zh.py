"""Chinese."""

from narrate.languages.language import CJK_LIMIT, Headings, Language, Sentences, Shows, Typed, words
from narrate.languages.spoken import EastAsian, addresses

_SPOKEN = EastAsian(
    point="点", minus="负", to="到", percent="百分之{}", over="{1}分之{0}",
    date="{0}年{1}月{2}日", time="{0}点{1}分",
    currencies={"$": "{}美元", "€": "{}欧元", "£": "{}英镑", "¥": "{}元", "￥": "{}元", "₩": "{}韩元"},
    units={
        "km/h": "公里每小时", "km²": "平方公里", "m²": "平方米", "m³": "立方米", "km": "公里",
        "cm": "厘米", "mm": "毫米",
        "kg": "公斤", "mg": "毫克", "ml": "毫升", "m": "米", "g": "克", "t": "吨", "L": "升",
        "°C": "摄氏度", "℃": "摄氏度", "°": "度",
    },
    signs={"&": "和", "%": "百分之", "@": "艾特", "=": "等于", "+": "加", "#": "号", "°": "度", "№": "第"},
    cardinal="spellout-cardinal", digit_space="",
    addresses=addresses("艾特|点|斜杠|冒号|杠|下划线"),
)  # fmt: skip

LANGUAGE = Language(
    code="zh",
    name="Chinese",
    called=words("Chinesisch chinois chino cinese chinês китайский 中国語 중국어 中文 汉语 漢語 普通话 Mandarin"),
    iso=("zho", "chi", "cmn"),
    qwen3_tts="chinese",
    passage=(
        "清晨的雨刚刚停，小女儿推开窗户，看见一只黄狗坐在桥上。“你在等谁呢？”她笑着问。"
        "风吹过竹林，远处的船慢慢靠岸，全村的人都去迎接。"
    ),
    scripts=frozenset(("CJK",)),
    spaced=False,
    sentences=Sentences(
        open_ends=words("的 在 和 与 把 被 对 从 向 为 是"),
        said="说道?|說道?|问道?|問道?|答道?|喊道?|叫道?|笑道|怒道|嚷道|回答|道(?=[。：，])",
        joints=r"(?<=(?<!目)的)(?![确確士话話])|(?<=了)(?![解不结結然])|(?<=[着著])(?![急重手想眼名作])",
        limit=CJK_LIMIT,
    ),
    headings=Headings(
        counted=(
            r"第 ?[\d〇零一二三四五六七八九十百千两兩]+ ?[章回话話部卷節节集篇幕]|"
            r"卷[之第]?[一二三四五六七八九十百]+"
        ),
        unnumbered=words(
            "序章 楔子 引子 引言 序 序言 自序 前言 尾声 尾聲 终章 終章 后记 後記 番外 番外篇 跋 结语 結語"
        ),
    ),
    typed=Typed(
        pictures=words("插图 插圖 图 圖 图片 圖片"),
        footnotes=words("脚注 腳註"),
        notes=words("注 註 注释 註釋"),
        title=words("书名 書名 标题 標題"),
        author=words("作者 著者"),
    ),
    unread={
        "cover": "封面",
        "titlepage": "扉页|書名頁",
        "copyright-page": "版权|版权页|版权信息|版權頁",
        "toc": "目录|目錄",
        "index": "索引",
        "bibliography": "参考文献|參考文獻",
        "endnotes": "注释|註釋|注|註|脚注|尾注|注解",
    },
    note_words=tuple("注 註 注释 译注 译者注 脚注".split()),
    shows=Shows(
        sounds=words("掌声 鼓掌 音乐 听不清 静默 沉默 掌聲 音樂 聽不清 停顿 停頓"),
        manners=words("笑 笑声 大笑 苦笑 笑聲 叹气 嘆氣 叹息 咳嗽 哭 低声 低聲 小声 小聲 喊"),
        cues=words("音乐 音效 音樂"),
        continued=words("续 待续 未完 續 待續"),
        asides=words("注 注意 警告 提示 重要 例 备注 結論 结论 时间 地点 原料 備註 時間 地點"),
        ands=words("和 与 與 跟"),
    ),
    spoken=_SPOKEN,
)
