"""Chinese."""

from narrate.languages.formulas import formulas
from narrate.languages.language import CJK_LIMIT, Disclosure, Headings, Language, Sentences, Shows, Typed, words
from narrate.languages.spoken import EastAsian, Parts, Powers, addresses

_SPOKEN = EastAsian(
    small_parts=Parts(over="{1}分之{0}", joint="又"),
    powers=Powers(squared="的平方", cubed="的立方", power="的{}次方", minus="负", joint=""),
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

_FORMULAS = formulas(
    "加|减|乘|除以|等于|不等于|小于|大于|小于等于|大于等于|约等于|正负|属于|不属于|包含于|"
    "并|交|趋于|推出|当且仅当|无穷大|求和|求积|积分|偏|对所有|存在|正比于|的阶乘|度|"
    "左括号|右括号",
    "1/2 二分之一|1/3 三分之一|2/3 三分之二|1/4 四分之一|3/4 四分之三",
    limit="{b}时的极限，",
    over="{b}分之{a}", mixed="{a}又{b}", sub="{a}下标{b}", root="根号{a}",
    cube_root="{a}的立方根", nth_root="{a}的{b}次方根",
    limits="从{b}到{c}{a}，", beneath="对{b}{a}，",
    absolute="{a}的绝对值",
    bar="{a}拔",
    hat="{a}帽", vector="向量{a}",
    prime="{a}撇", table="{a}行{b}列的表", joint="",
)  # fmt: skip

LANGUAGE = Language(
    code="zh",
    name="Chinese",
    called=words("Chinesisch chinois chino cinese chinês китайский 中国語 중국어 中文 汉语 漢語 普通话 Mandarin"),
    iso=("zho", "chi", "cmn"),
    qwen3_tts="chinese",
    disclosure=Disclosure("本有声书由合成语音朗读。", "由合成语音朗读。"),
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
        "index": "索引",
        "bibliography": "参考文献|參考文獻",
        "endnotes": "注释|註釋|注|註|脚注|尾注|注解",
        "toc": "目录|目錄|目次|总目录|總目錄|目 录|目 錄|本书目录|本書目錄",
        "loi": (
            "插图目录|插圖目錄|插图列表|插圖列表|图片目录|圖片目錄|图目录|圖目錄|插画目录|插畫目錄|地图目录|"
            "地圖目錄|插图|插圖|图版目录"
        ),
        "lot": "表目录|表目錄|表格目录|表格目錄",
        "transcriber-note": (
            "录入者注|錄入者註|录入者说明|錄入者說明|录入说明|錄入說明|转录者注|轉錄者註|转录者说明|轉錄者說明|"
            "抄录者注|誊录者注|电子版说明|電子版說明|校对者注|校對者註|制作说明|製作說明"
        ),
        "also-by": (
            "作者其他作品|作者的其他作品|作者其它作品|同一作者的作品|同作者作品|作者作品|作者著作|作品列表|"
            "著作目录|已出版作品|同系列作品|同系列图书|…其他作品|…的其他作品|…作品|…作品集|…的作品|…的书|其他作品"
        ),
        "newsletter": (
            "电子报|通讯|订阅|訂閱|電子報|邮件列表|郵件列表|订阅通讯|订阅我们|订阅邮件|訂閱電子報|加入邮件列表|"
            "保持联系|保持聯繫|…通讯|…电子报|感谢阅读|感謝閱讀"
        ),
        "praise": (
            "赞誉|讚譽|各界赞誉|各界讚譽|名人推荐|名家推荐|名家推薦|媒体评论|媒體評論|读者评论|读者评价|讀者評論|"
            "书评|書評|推荐语|推薦語|…的赞誉|…赞誉"
        ),
    },
    rights=(
        "版权所有|版權所有|翻印必究|侵权必究|侵權必究|保留所有权利|保留所有權利|保留一切权利|著作权所有|著作權所有|"
        "未经许可|未經許可|不得转载|不得轉載|不得复制"
    ),
    imprint=(
        "原著:|原书名|原書名|译者：|作者：|出版社：|"
        "出版社|出版发行|出版發行|出版者|出版人|发行人|發行人|责任编辑|責任編輯|封面设计|封面設計|装帧设计|印刷|"
        "印张|印次|版次|开本|字数|定价|定價|书号|書號|图书在版编目|作者:|译者:|出版时间|出版日期|电子书制作|第1版|"
        "第一版"
    ),
    note_words=tuple("注 註 注释 译注 译者注 脚注".split()),
    return_words=words("返回 回到正文"),
    shows=Shows(
        sounds=words("掌声 鼓掌 音乐 听不清 静默 沉默 掌聲 音樂 聽不清 停顿 停頓"),
        manners=words("笑 笑声 大笑 苦笑 笑聲 叹气 嘆氣 叹息 咳嗽 哭 低声 低聲 小声 小聲 喊"),
        cues=words("音乐 音效 音樂"),
        continued=words("续 待续 未完 續 待續"),
        asides=words("注 注意 警告 提示 重要 例 备注 結論 结论 时间 地点 原料 備註 時間 地點"),
        stage=words("幕落"),
        ands=words("和 与 與 跟"),
    ),
    spoken=_SPOKEN,
    formulas=_FORMULAS,
)
