"""Full stops that end no sentence, and other scripts' that do: rows of sentences as a reader would part them."""

import pytest

from narrate.sentences import split_sentences

# Sentences parted by bars; joined by a space they are the text.
ROWS = {
    "en": [
        "It was 10 a.m. Monday.|It ended at 5 p.m. Friday night.|He left at 6 P.M.|Travelers waited at the gate.",
        "It was 9 a.m. GMT.|At 5 p.m. Holmes rose.|On Sunday morning at 5 a.m. Holmes rose.|He came at 5 P.M.|Nobody.",
        "He went home at 10 a.m.|Monday was a bad day.",
        "It was built ca. 1850.|It was built c. 1850 by Hale, or (c. 1500) by Reed.|He (b. 1850, d. 1900) wrote.",
        "See vol. IV, pt. II and bk. V of it.|See Fig. IV.|See Vol. III.|He did.|See vol. 2, no. 7, ch. 3, ed. 1.",
        "He said no.|I went.|“No.|I, for one, will not.”|See vol. I, p. 3.",
        "He paid 3s. 6d. for it.|It cost £3 4s. 6d. in all.|It cost 6d.|He paid.|He had 20s.|Then he slept.",
        "He gave three facts: I. The boats; II. The ropes; III. The nets.|He left.",
        "I. The first part.|II. The second part is long.|XIV. The last.",
        "He named them: 1. The boat; 2. The rope; 3. The net.|He left.|There were (i) The boat; (ii) The rope.",
        "Read parts I, II.|The rest is poor.|They were: 5; 7; 9.|He left.|It was under Louis XIV.|The king was old.",
        "“I . . . I don’t know.|. . . He left.”|She said no…really.|“...and then it sank,” he said.|‘…so,’ she said.",
        "Lieut. Hale, Serg. Brown and Brig. Gen. Hale met at Pt. Reyes.|He is at 5 Elm St.|Nobody came.",
        "“He left.”|She said no.|“Where?” She asked him.|See pp. xii–xiv.|See eds. Hale and Reed.",
        "N.B. The gate is shut.|So am I.|Tom left.|He read I. Newton.|Lt.-Col. Reed met Amb. Low.",
        "See Matt. 5:3, Ps. 23 and 1 Cor. 13.|Rom. 8 is read.",
    ],
    "de": [
        "Z. B. Hunde, d. h. Tiere, u. a. Wölfe.|Siehe Bd. IV, Kap. II, Abb. 3, S. 12.|Er war geb. 1850, gest. 1900.",
        "Fa. Müller liefert.|Kgl. Hoheit und Hr. Weber kamen.|Karl V. regierte.|Er kannte Ludwig XIV.|Dann ging er.",
        "Er lebte 400 v. Chr. in Rom.|Er starb 14 n. Chr.|Dann kam Tiberius.|Th. Mann schrieb.",
        "Er nannte: I. Die Boote; II. Die Netze.|Er ging.|„... und dann ging er“, sagte sie.",
    ],
    "fr": [
        "M. Seguin vit Mme Lepic, MM. Dupont et St. Jean.|J.-J. Rousseau vint.|Il mourut en 44 av. J.-C.|Puis on rit.",
        "Th. Gautier vint.|Ph. Hale aussi.",
        "Voir t. II, vol. IV, ch. IV, p. 5.|Vers ca. 1850 il vint.|Il dit : I. Les barques ; II. Les cordes.|Il rit.",
    ],
    "es": [
        "El Sr. Ruiz y la Sra. Paz.|Véase vol. IV, cap. II.|Nació c. 1850.|Dijo: I. Las barcas; II. Las cuerdas.|Salió."
    ],
    "it": [
        "Il Sig. Rossi e il Dott. Neri.|Vedi vol. IV, cap. II.|Nacque ca. 1850.|Disse: I. Le barche; II. Le reti.|Uscì."
    ],
    "pt": ["O Sr. Silva.|Cf. Camões, vol. IV, t. III.|Nasceu c. 1850.|Disse: I. Os barcos; II. As cordas.|Saiu."],
    "ru": [
        "Это, т. е. Москва, велика, т. к. Пётр ушёл.|Кошки и т. д.|Потом он ушёл.|В г. Москве жил г-н Орлов.",
        "В 1812 г. Наполеон вошёл в Москву.|Он умер в 1812 г.|Потом был мир.|В XIX в. Россия росла.|См. гл. II, т. IV.",
        "Он назвал: I. Лодки; II. Сети.|Он ушёл.|— ...и потом ушёл, — сказал он.|Екатерина II.|Она правила.",
    ],
    "ko": ["그는 기다렸다…|그녀가 왔다.|그는… 웃었다.|「어디？」라고 물었다.|그는 갔다。|끝났다。"],
    "ar": ["هل جاء؟!|لا!|هل جاء القارب؟|لا، لم يأت أحد.|قال: «ادخل»."],
    "ur": ["کشتی آئی؟|نہیں۔|کوئی نہیں آیا۔"],
    "hi": ["डॉ. राम आए।|सुबह शांत था।|“हाँ।”|वह गया॥|क्या नाव आई?|नहीं।"],
    "hy": ["Նավը եկավ։|Ոչ ոք չեկավ։"],
    "am": ["ጀልባው መጣ።|ማንም አልመጣም።"],
    "el": ["Πού είναι;|Δεν ξέρω.|Έφυγε."],
    "my": ["သူလာသည်။|သူသွားသည်။"],
}


@pytest.mark.parametrize(("language", "row"), [(language, row) for language, rows in ROWS.items() for row in rows])
def test_stops_end_sentences_where_readers_end_them(language: str, row: str) -> None:
    sentences = row.split("|")
    assert split_sentences(" ".join(sentences), language) == sentences


def test_korean_without_a_space_is_cut_and_chinese_with_a_western_stop() -> None:
    assert split_sentences("他走了. 她来了. 3.14", "zh") == ["他走了.", "她来了.", "3.14"]
    assert split_sentences("그는 갔다.그녀도 갔다.“어디?”라고 물었다.", "ko") == [
        "그는 갔다.", "그녀도 갔다.", "“어디?”라고 물었다.",
    ]  # fmt: skip


NAMES = ("Mr. Pell", "Mrs. Gray", "Dr. J. Reed", "St. Anne", "Capt. Hale", "Rev. Poe", "Prof. A. B. Orr", "Mr Hyde")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("filling", [" and then on", " of them all, they say", "; so it was"])
def test_no_long_sentence_is_cut_inside_a_name(name: str, filling: str) -> None:
    """Wherever the limit falls, and with or without marks to cut at."""
    for shift in range(0, 40, 3):
        text = "It" + "x" * shift + f" was seen by {name}{filling}" * 40 + "."
        parts = split_sentences(text)
        assert " ".join(parts) == text
        assert all(len(part) <= 400 for part in parts)
        assert sum(part.count(name) for part in parts) == 40


def test_where_nothing_else_is_left_a_name_is_cut_and_no_word() -> None:
    text = "Mr. Mrs. Dr. J. " * 100
    parts = split_sentences(text)
    assert " ".join(parts).split() == text.split()
    assert max(map(len, parts)) <= 400


@pytest.mark.parametrize(
    ("language", "name"),
    [("de", "z. B. Weber"), ("fr", "M. Seguin"), ("es", "Sra. Paz"), ("it", "Dott. Neri"), ("pt", "Sr. Silva"),
     ("ru", "т. е. Москва"), ("ru", "г-н Орлов"), ("en", "vol. IV"), ("en", "pp. 3"), ("de", "Bd. II")],
)  # fmt: skip
def test_no_long_sentence_is_cut_inside_an_abbreviation(language: str, name: str) -> None:
    for shift in range(0, 30, 3):
        text = "A" + "x" * shift + f" {name} und so weiter" * 40 + "."
        assert sum(part.count(name) for part in split_sentences(text, language)) == 40


@pytest.mark.parametrize(
    ("language", "unit"),
    [("ja", "、①目次から開いたときに表示される"), ("ja", "、Wordで書いた文書の作り方を示し"),
     ("ja", "、２０１８年に変わった"),
     ("zh", "，2018年的城市变了样子"), ("zh", "，“好的”他说过的那件事"), ("zh", "；①第一条规定的内容")],
)  # fmt: skip
def test_clauses_without_spaces_are_cut_at_their_marks(language: str, unit: str) -> None:
    parts = split_sentences("文" + unit * 40 + "。", language)
    assert len(parts) > 1
    assert all(part[-1] in "、，；。" for part in parts)


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [("ja", "文字をコンピューターで表示するプログラムの画面を", ["コンピューター", "プログラム", "文字", "画面"]),
     ("ja", "ＡＢＣＤＥＦを１２３４５に", ["ＡＢＣＤＥＦ", "１２３４５"]),
     ("zh", "我们的WindowsServer系统", ["WindowsServer"]), ("zh", "他买了iPhone XS Max手机", ["iPhone XS Max"])],
)  # fmt: skip
def test_what_has_no_marks_is_not_cut_inside_a_word(language: str, text: str, words: list[str]) -> None:
    parts = split_sentences(text * 30, language)
    assert "".join(parts) == text * 30
    assert len(parts) > 3
    for word in words:
        assert sum(part.count(word) for part in parts) == 30
