"""Japanese."""

from narrate.languages.language import CJK_LIMIT, Headings, Language, Sentences, Shows, Typed, words
from narrate.languages.spoken import EastAsian, addresses

_SPOKEN = EastAsian(
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

LANGUAGE = Language(
    code="ja",
    quotation_marks=("「…」", "『…』"),
    name="Japanese",
    called=words("Japanisch japonais japonés giapponese japonês японский 日本語 일본어 日语 日語"),
    iso=("jpn",),
    qwen3_tts="japanese",
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
        transcribers="入力者注|テキスト中に現れる記号について",
        title=words("題名 タイトル 書名 作品名"),
        author=words("著者 作者 著者名"),
    ),
    unread={
        "cover": "表紙",
        "titlepage": "扉",
        "copyright-page": "著作権",
        "colophon": "奥付",
        "toc": "目次",
        "index": "索引",
        "bibliography": "参考文献",
        "endnotes": "注|註|注釈|脚注|原注|訳注|注釈一覧",
    },
    note_words=tuple("注 註 訳注 原注 脚注".split()),
    shows=Shows(
        sounds=words("拍手 音楽 聞き取れない 聞き取り不能 沈黙 無音 間"),
        manners=words("笑 笑い 笑う 爆笑 苦笑 ため息 咳 咳払い 泣く 泣き 小声 小声で 叫ぶ"),
        cues=words("音楽 効果音"),
        continued=words("続く 続き つづく"),
        asides=words("注 注意 警告 重要 例 備考 補足 結論 日時 場所 材料"),
        ands=words("と"),
    ),
    spoken=_SPOKEN,
)
