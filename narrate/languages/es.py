"""Spanish."""

from narrate.languages.language import Language, Sentences, words

LANGUAGE = Language(
    code="es",
    name="Spanish",
    iso=("spa",),
    engines={"qwen": "spanish"},
    passage=(
        "El niño guardó la llave del jardín mientras la lluvia caía sobre la ciudad. —¿Quién viene ahí? —preguntó "
        "su abuela, riendo; y un perro chico cruzó el camino con un viejo zapato en la boca."
    ),
    dashes=True,
    sentences=Sentences(
        titles=words(
            "sr sres sra sras srta srtas dª dña dr dra dres prof profa lic ing arq abog gral cap cnel tte sgto mons fr "
            "pbro st sto sta excmo excma ilmo ilma rvdo rvda ud uds vd vds admón p.ej ej cf vid aprox mt ntra ssma av "
            "avda cra lun mié jue vie sáb dom ene feb abr may jun jul ago sep sept set oct nov dic"
        ),
        shortened=words(
            "etc ee uu ee.uu ss aa a.c d.c j.c cía ltda s.a s.l km hs hrs min seg depto dpto izq dcha edo máx mín "
            "u.s.a prov pdte vol ed b.a c.a"
        ),
        numbered=words(
            "n nº n° no núm núms art arts párr párrs párrf pág págs p pp cap caps fig figs tel tels ext vol mar t ap "
            "inc sec tít"
        ),
        starters=words(
            "a ahora al algo algunos allí ante antes apenas aquel aquella aquello aquí así aún aunque cada casi como "
            "con cual cuando cuanto de del desde después dónde donde durante él el ella ellas ellos en entonces entre "
            "era es esa ese eso esta está estaba este esto fue ha había hacia hasta hay hoy la las le les lo los luego "
            "más me mi mientras mis mucho muy nada nadie ni no nos nosotros nuestra nuestro nunca o otra otro para "
            "pero poco por porque pues que quién quien se si sí sin sobre su sus tal también tampoco tan todo todos "
            "tras tu tú un una unos usted y ya yo"
        ),
    ),
)
