"""A passage a language that covers its sounds, for voices to be heard and designed by.

About twelve seconds each: vowels long and short, every kind of consonant, a question, a
pause, and the tone of somebody telling a story. Written for this purpose.
"""

PASSAGES = {
    "zh": "清晨的雨刚刚停，小女儿推开窗户，看见一只黄狗坐在桥上。“你在等谁呢？”她笑着问。"
    "风吹过竹林，远处的船慢慢靠岸，全村的人都去迎接。",
    "en": "A jolly judge watched the fox chew through our fence. “Why should I care now?” she asked, laughing; "
    "but the air grew thick with thunder, and the boys ran home to measure the pool.",
    "ja": "雨がやんだ朝、少女は窓を開けて橋の上の犬を見つけました。「誰を待っているの？」と笑って聞くと、"
    "急に風が吹き、百羽の鳥が空へ飛びました。",
    "ko": "비가 그친 아침, 소녀는 창문을 열고 다리 위의 개를 보았습니다. “누구를 기다리니?” 하고 웃으며 묻자, "
    "갑자기 센 바람이 불어 꽃잎이 하늘로 날아올랐어요.",
    "de": "Am schönen Teich hinter unserem Haus saß ein junger Fuchs und zählte die Kähne. „Wer bist du?“, fragte ich "
    "freundlich; da sprang er quer über den Weg, und ein Pfiff klang durch die kühle Nacht.",
    "fr": "Un jeune chien brun dormait là ce soir quand la cloche sonna huit heures. « Qui va là ? » demanda l’oncle "
    "en riant ; puis le vent de la montagne chassa l’ombre, et la famille rejoignit le feu.",
    "ru": "Старый рыжий пёс лежал у крыльца и слушал, как шумит дождь. «Кто это там ещё?» — спросила бабушка, смеясь; "
    "вдруг хлопнула дверь, и сын мельника вбежал с цветами, мёдом и чашкой чая.",
    "pt": "A menina abriu a janela e ouviu a chuva cair devagar sobre o telhado. — Quem está aí? — perguntou a avó, "
    "rindo; e então um cão velho atravessou o caminho com um pão quente e três maçãs.",
    "es": "El niño guardó la llave del jardín mientras la lluvia caía sobre la ciudad. —¿Quién viene ahí? —preguntó "
    "su abuela, riendo; y un perro chico cruzó el camino con un viejo zapato en la boca.",
    "it": "La figlia del mugnaio chiuse piano il cancello e ascoltò la pioggia sugli scogli. «Chi c’è laggiù?» chiese "
    "la zia ridendo; poi un vecchio cane attraversò la piazza, e ogni luce si accese.",
}


def passage(language: str) -> str:
    """The passage of a language such as "en" or "en-GB"; English for one that has none."""
    return PASSAGES.get(language.lower().partition("-")[0], PASSAGES["en"])
