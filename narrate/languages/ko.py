"""Korean."""

from narrate.languages.language import CJK_LIMIT, Headings, Language, Sentences, Shows, Typed, words
from narrate.languages.spoken import EastAsian, addresses

_SPOKEN = EastAsian(
    point="점", minus="마이너스 ", to="에서 ", percent="{} 퍼센트", over="{1}분의 {0}",
    date="{0}년 {1}월 {2}일", time="{0} 시 {1} 분",
    currencies={"$": "{} 달러", "€": "{} 유로", "£": "{} 파운드", "¥": "{} 엔", "￥": "{} 엔", "₩": "{} 원"},
    units={
        "km/h": "킬로미터 매 시",
        "km²": "제곱킬로미터", "m²": "제곱미터", "m³": "세제곱미터", "km": "킬로미터", "cm": "센티미터",
        "mm": "밀리미터", "kg": "킬로그램", "mg": "밀리그램", "ml": "밀리리터", "m": "미터", "g": "그램", "t": "톤",
        "L": "리터",
        "°C": "도", "℃": "도", "°": "도",
    },
    signs={"&": "앤드", "%": "퍼센트", "@": "골뱅이", "=": "는", "+": "더하기",
           "#": "번", "°": "도", "№": "번호"},
    space=" ",
    cardinal="spellout-cardinal-sinokorean", ordinal="spellout-ordinal-native", digit_space="",
    addresses=addresses("골뱅이|점|슬래시|콜론|하이픈|밑줄"),
)  # fmt: skip

LANGUAGE = Language(
    code="ko",
    name="Korean",
    called=words("Koreanisch coréen coreano корейский 韓国語 조선말 한국어 韩语"),
    iso=("kor",),
    qwen3_tts="korean",
    passage=(
        "비가 그친 아침, 소녀는 창문을 열고 다리 위의 개를 보았습니다. “누구를 기다리니?” 하고 웃으며 묻자, "
        "갑자기 센 바람이 불어 꽃잎이 하늘로 날아올랐어요."
    ),
    scripts=frozenset(("HANGUL", "CJK")),
    sentences=Sentences(
        open_ends=words("은 는 을 를 의 에 에서 와 과 그리고 그러나 위해 위한 하는"),
        titles=words("dr mr mrs ms prof"),
        after_quote=tuple("라고|라며|라는|라던|라면서|이라고|이라며|이라는|하고|하며|고 |며 ".split("|")),
        final_forms=tuple("다|요|까|죠|네|군|구나".split("|")),
        limit=CJK_LIMIT,
    ),
    headings=Headings(
        counted=r"제 ?(?:\d+|[일이삼사오육칠팔구십]+) ?[장부화권막편회]|\d{1,4} ?[장화부](?!\w)",
        unnumbered=words("프롤로그 에필로그 서문 서장 종장 머리말 맺음말 들어가며 나가며 후기 막간 외전"),
    ),
    typed=Typed(
        pictures=words("삽화 그림 사진 지도"),
        footnotes=words("각주"),
        notes=words("주"),
        title=words("제목 책제목"),
        author=words("저자 지은이 작가 글쓴이"),
    ),
    unread={
        "cover": "표지",
        "titlepage": "속표지",
        "copyright-page": "판권",
        "colophon": "간기",
        "toc": "차례|목차",
        "index": "색인|찾아보기",
        "bibliography": "참고문헌",
        "endnotes": "주석|미주|각주|주",
    },
    note_words=tuple("주 각주 역주".split()),
    shows=Shows(
        sounds=words("박수 음악 침묵 잠시"),
        manners=words("웃음 웃으며 웃는다 한숨 기침 울음 속삭이며 작게"),
        cues=words("음악 효과음"),
        continued=words("계속"),
        asides=words("주의 경고 참고 중요 예 결론 비고 일시 장소 재료"),
        ands=words("와 과"),
    ),
    spoken=_SPOKEN,
)
