"""Japanese."""

from narrate.languages.formulas import formulas
from narrate.languages.language import CJK_LIMIT, Disclosure, Headings, Language, Sentences, Shows, Typed, words
from narrate.languages.spoken import EastAsian, Parts, Powers, addresses

_SPOKEN = EastAsian(
    small_parts=Parts(over="{1}分の{0}", joint="と"),
    powers=Powers(squared="の二乗", cubed="の三乗", power="の{}乗", minus="マイナス", joint="", formulas=False),
    point="点", minus="マイナス", to="から", percent="{}パーセント", over="{1}分の{0}",
    date="{0}年{1}月{2}日", time="{0}時{1}分",
    currencies={"$": "{}ドル", "€": "{}ユーロ", "£": "{}ポンド", "¥": "{}円", "￥": "{}円", "₩": "{}ウォン"},
    units={
        "km/h": "キロメートル毎時",
        "km²": "平方キロメートル", "m²": "平方メートル", "m³": "立方メートル", "km": "キロメートル",
        "cm": "センチメートル", "mm": "ミリメートル", "kg": "キログラム", "mg": "ミリグラム", "ml": "ミリリットル",
        "m": "メートル", "g": "グラム", "t": "トン", "L": "リットル", "°C": "度", "℃": "度", "°": "度",
    },
    signs={"&": "アンド", "%": "パーセント", "@": "アットマーク", "=": "イコール", "+": "プラス",
           "#": "番", "°": "度", "№": "ナンバー"},
    cardinal="spellout-cardinal", digit_space="",
    addresses=addresses("アットマーク|ドット|スラッシュ|コロン|ハイフン|アンダーバー"),
)  # fmt: skip

_FORMULAS = formulas(
    "プラス|マイナス|かける|割る|イコール|ノットイコール|小なり|大なり|小なりイコール|"
    "大なりイコール|ほぼ等しい|プラスマイナス|は要素|は要素でない|は部分集合|和集合|共通部分|"
    "矢印|ならば|同値|無限大|総和|総乗|積分|ディー|すべての|存在する|は比例|の階乗|度|かっこ|かっことじ",
    "1/2 二分の一|1/3 三分の一|2/3 三分の二|1/4 四分の一|3/4 四分の三",
    limit="{b}のときの極限、",
    over="{b}分の{a}", mixed="{a}と{b}", sub="{a}の{b}", root="ルート{a}",
    cube_root="{a}の立方根", nth_root="{a}の{b}乗根",
    limits="{b}から{c}までの{a}、", beneath="{b}についての{a}、",
    absolute="{a}の絶対値",
    bar="{a}バー",
    hat="{a}ハット",
    vector="ベクトル{a}", prime="{a}プライム", table="{a}行{b}列の表", joint="",
)  # fmt: skip

LANGUAGE = Language(
    code="ja",
    quotation_marks=("「…」", "『…』"),
    name="Japanese",
    called=words("Japanisch japonais japonés giapponese japonês японский 日本語 일본어 日语 日語"),
    iso=("jpn",),
    qwen3_tts="japanese",
    disclosure=Disclosure("このオーディオブックは、合成音声で朗読されています。", "合成音声による朗読。"),
    passage=(
        "雨がやんだ朝、少女は窓を開けて橋の上の犬を見つけました。「誰を待っているの？」と笑って聞くと、"
        "急に風が吹き、百羽の鳥が空へ飛びました。"
    ),
    scripts=frozenset(("CJK", "HIRAGANA", "KATAKANA")),
    spaced=False,
    reads_ruby=True,
    sentences=Sentences(
        open_ends=words("て で に を は が の と も へ から まで より"),
        after_quote=tuple("と|って|という|とか|の|を|が|は|に|も|など".split("|")),
        final_forms=tuple("です|ます|ました|でした|ません|ましょう|ください|だった|である|だ".split("|")),
        joints=r"(?<=[をはがにでとものへやて])(?=[一-鿿ァ-ヶＡ-ＺA-Z①-⓿])",
        limit=CJK_LIMIT,
    ),
    headings=Headings(
        counted=r"第 ?[\d〇零一二三四五六七八九十百千]+ ?[章回話部巻節幕編篇]|(?:その|其の)[一二三四五六七八九十]+",
        unnumbered=words("序章 終章 序 跋 序文 プロローグ エピローグ まえがき あとがき はじめに おわりに 幕間 番外編"),
    ),
    typed=Typed(
        pictures=words("挿絵 図 画像 イラスト 写真 地図"),
        footnotes=words("脚注"),
        notes=words("注 註"),
        title=words("題名 タイトル 書名 作品名"),
        author=words("著者 作者 著者名"),
    ),
    unread={
        "cover": "表紙",
        "titlepage": "扉",
        "copyright-page": "著作権",
        "colophon": "奥付",
        "index": "索引",
        "bibliography": "参考文献",
        "endnotes": "注|註|注釈|脚注|原注|訳注|注釈一覧",
        "toc": "目次|もくじ|総目次|内容目次|本書の目次",
        "loi": ("挿絵一覧|挿図一覧|図版一覧|図版目次|図一覧|図表一覧|挿絵目次|地図一覧|図版リスト|挿絵リスト|口絵一覧"),
        "lot": "表一覧|表目次",
        "transcriber-note": (
            "入力者注|入力者による注|入力者による注記|入力者註|電子化にあたって|電子化についての注|電子版への注記|"
            "校正者注|転写者注|転記者注|テキスト化にあたって|入力者の覚え書き"
        ),
        "also-by": (
            "著者の他の作品|同じ著者の作品|同じ著者の本|同著者の作品|著者の既刊|既刊|既刊本|既刊一覧|既刊案内|"
            "既刊好評発売中|著作一覧|著書一覧|著書|作品一覧|好評既刊|同じ作者の作品|…の作品|…の本|…の既刊|…の著書|"
            "…の他の作品|…著作一覧|シリーズ既刊|本シリーズの既刊"
        ),
        "newsletter": (
            "ニュースレター|メールマガジン|メルマガ|メールマガジンのご案内|メルマガ登録|メールマガジン登録|"
            "ニュースレター登録|…ニュースレター|…メールマガジン|お知らせを受け取る|お便りをお待ちしています"
        ),
        "praise": (
            "推薦の言葉|推薦のことば|読者の声|読者からの声|書評|書評より|各紙絶賛|絶賛の声|…への賛辞|…への賛辞の声|"
            "賛辞|…の書評"
        ),
    },
    rights=(
        "無断転載|無断複製|無断複写|禁無断転載|著作権法|転載を禁じます|複製を禁じます|複製・転載を禁|"
        "all rights reserved|著作権は|著作権者"
    ),
    imprint=(
        "原題|訳者:|翻訳:|"
        "発行日|発行者|発行所|発行:|発行:|発行元|著者:|出版社:|印刷所|印刷・製本|初版発行|初版第|第一刷|第1刷|"
        "第二刷|電子書籍版|電子版発行|装丁|装幀|カバーデザイン|表紙デザイン|落丁・乱丁|底本:|底本の親本|入力:|"
        "校正:|青空文庫作成ファイル"
    ),
    note_words=tuple("注 註 訳注 原注 脚注".split()),
    return_words=words("戻る 本文へ"),
    shows=Shows(
        sounds=words("拍手 音楽 聞き取れない 聞き取り不能 沈黙 無音 間"),
        manners=words("笑 笑い 笑う 爆笑 苦笑 ため息 咳 咳払い 泣く 泣き 小声 小声で 叫ぶ"),
        cues=words("音楽 効果音"),
        continued=words("続く 続き つづく"),
        asides=words("注 注意 警告 重要 例 備考 補足 結論 日時 場所 材料"),
        stage=words("幕"),
        ands=words("と"),
    ),
    spoken=_SPOKEN,
    formulas=_FORMULAS,
)
