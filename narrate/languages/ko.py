"""Korean."""

from narrate.languages.formulas import formulas
from narrate.languages.language import CJK_LIMIT, Disclosure, Headings, Language, Sentences, Shows, Typed, words
from narrate.languages.spoken import EastAsian, Parts, Powers, addresses

_SPOKEN = EastAsian(
    small_parts=Parts(over="{1}분의 {0}", joint="와 "),
    powers=Powers(squared="의 제곱", cubed="의 세제곱", power="의 {} 제곱", minus="마이너스 ", joint="",
                   formulas=False),
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

_FORMULAS = formulas(
    "더하기|빼기|곱하기|나누기|는|같지 않다|작다|크다|작거나 같다|크거나 같다|약|플러스마이너스|"
    "속한다|속하지 않는다|부분집합|합집합|교집합|로 간다|이면|동치|무한대|합|곱|"
    "적분|디|모든|존재한다|비례|팩토리얼|도|괄호 열고|괄호 닫고",
    "1/2 이분의 일|1/3 삼분의 일|2/3 삼분의 이|1/4 사분의 일|3/4 사분의 삼",
    limit="{b}일 때 극한,",
    over="{b}분의 {a}", mixed="{a}와 {b}", sub="{a} {b}", root="루트 {a}",
    cube_root="세제곱근 {a}",
    nth_root="{b}제곱근 {a}", limits="{b}부터 {c}까지의 {a},", beneath="{b}에 대한 {a},",
    absolute="{a}의 절댓값",
    bar="{a} 바",

    hat="{a} 햇", vector="벡터 {a}", prime="{a} 프라임", table="{a}행 {b}열 표",
)  # fmt: skip

LANGUAGE = Language(
    code="ko",
    name="Korean",
    called=words("Koreanisch coréen coreano корейский 韓国語 조선말 한국어 韩语"),
    iso=("kor",),
    qwen3_tts="korean",
    disclosure=Disclosure("이 오디오북은 합성 음성으로 낭독됩니다.", "합성 음성으로 낭독했습니다."),
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
        counted=r"제 ?(?!사장)(?:\d+|[일이삼사오육칠팔구십]+) ?[장부화권막편회]|\d{1,4} ?[장화부](?!\w)",
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
        "index": "색인|찾아보기",
        "bibliography": "참고문헌",
        "endnotes": "주석|미주|각주|주",
        "toc": "차례|목차|책의 차례|이 책의 차례",
        "loi": "그림 목록|그림 차례|삽화 목록|삽화 차례|도판 목록|도판 차례|지도 목록|사진 목록",
        "lot": "표 목록|표 차례",
        "transcriber-note": (
            "입력자 주|입력자주|입력자의 주|입력자 노트|전사자 주|전사자의 주|전사자 노트|옮겨 적은 이의 말|"
            "전자책 제작자 주|교정자 주|타이핑한 사람의 말"
        ),
        "also-by": (
            "지은이의 다른 책|저자의 다른 책|작가의 다른 책|작가의 다른 작품|저자의 다른 작품|같은 저자의 책|"
            "같은 작가의 책|같은 작가의 작품|지은 책|지은 책들|…의 다른 책|…의 다른 작품|…의 책|…의 작품|…의 책들|"
            "같은 시리즈|시리즈의 다른 책|출간 목록|작품 목록"
        ),
        "newsletter": (
            "뉴스레터|뉴스레터 구독|뉴스레터 신청|소식지|메일링 리스트|구독 신청|…뉴스레터|…뉴스레터 구독|"
            "소식 받기|읽어 주셔서 감사합니다"
        ),
        "praise": (
            "추천사|추천의 말|추천의 글|이 책에 쏟아진 찬사|쏟아진 찬사|찬사|독자의 찬사|서평|언론 서평|독자 서평|"
            "…에 쏟아진 찬사|…에 대한 찬사|…에 보내는 찬사"
        ),
    },
    rights=("모든 권리|무단 전재|무단전재|무단 복제|무단복제|저작권법|저작권자|판권 소유|판권소유|저작권은"),
    imprint=(
        "원제|옮긴이:|"
        "펴낸이|펴낸곳|펴낸 곳|지은이|옮긴이|발행인|발행처|발행일|초판 발행|초판 1쇄|초판1쇄|1판 1쇄|출판등록|"
        "등록번호|등록일|인쇄|제본|표지 디자인|디자인|편집|전자책 발행|정가|잘못된 책은"
    ),
    note_words=tuple("주 각주 역주".split()),
    return_words=words("돌아가기 본문으로"),
    shows=Shows(
        sounds=words("박수 음악 침묵 잠시"),
        manners=words("웃음 웃으며 웃는다 한숨 기침 울음 속삭이며 작게"),
        cues=words("음악 효과음"),
        continued=words("계속"),
        asides=words("주의 경고 참고 중요 예 결론 비고 일시 장소 재료"),
        acts=words("막 장"),
        stage=words("막이"),
        ands=words("와 과"),
    ),
    spoken=_SPOKEN,
    formulas=_FORMULAS,
)
