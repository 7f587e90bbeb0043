"""English."""

from narrate.languages.english_formulas import FORMULAS
from narrate.languages.english_matter import IMPRINT, RIGHTS, UNREAD
from narrate.languages.english_shows import SHOWS
from narrate.languages.english_spoken import SPOKEN
from narrate.languages.language import Disclosure, Headings, Language, People, Pronouns, Sentences, Typed, words

LANGUAGE = Language(
    code="en",
    name="English",
    called=words("Englisch anglais inglés inglese inglês английский 英語 영어 英语 英文"),
    iso=("eng",),
    qwen3_tts="english",
    disclosure=Disclosure("This audiobook is read by a synthetic voice.", "Read by a synthetic voice."),
    passage=(
        "A jolly judge watched the fox chew through our fence. “Why should I care now?” she asked, laughing; "
        "but the air grew thick with thunder, and the boys ran home to measure the pool."
    ),
    sentences=Sentences(
        greetings=words("dear dearest my sir madam hello hi"),
        open_ends=words(
            "a an the of to in on at by for with from and or but as than that which who whose his her its my "
            "your our their into upon near under over between through this these mr. mrs. dr. st. is was are "
            "were be been has had have very if when while because"
        ),
        titles=words(
            "mr mrs ms messrs mme mlle dr prof rev hon st ste mt gen col maj capt cmdr lt sgt cpl adm gov pres sen rep "
            "supt insp det const atty pvt esq bro fr sr sra srta mgr msgr p.s rt wm geo thos chas jas jos robt ald viz "
            "vs cf e.g i.e approx nr ca lieut serg sergt brig cdr comdr eds ald fl pt visc bp abp amb n.b p.p.s s.v"
        ),
        places=words("st"),
        shortened=words(
            "jr sr co corp inc ltd bros etc al dept univ assn ave blvd rd ft chs jan feb apr aug sept oct nov dec b.a "
            "m.a ph.d m.d d.d a.d b.c u.s u.k u.n e.u d.c u.s.a inst ult prox hrs min oz lb lbs"
        ),
        numbered=words(
            "no nos n° art arts mar vol vols ch chap chaps sec secs fig figs p pp pt pts op opp bk bks act sc jun jul "
            "tel ext par c b d r v vv l ll ed pl pls app sect cl exod lev num deut josh judg kgs chron neh esth ps "
            "pss prov eccles isa jer lam ezek hos mic hab zeph hag zech mal matt mk lk jn rom cor gal eph phil col "
            "thess heb jas pet rs"
        ),
        starters=words(
            "a an and another any are as at but can come did do does even every few for from go had has have he her "
            "here his how i if in is it it's its let many may my never no nobody not nothing now of on once one our "
            "perhaps please shall she so some somebody such tell that that's the their then there there's these they "
            "this those though to two upon was we well were what when where which while who why will with would yes "
            "yet you your"
        ),
        capitals=words("i i'm i've i'll i'd"),
        before_capitals=words(
            "am is was are were be been do did does have had has can could will would shall should may might must nor "
            "so than as"
        ),
        times=words("a.m p.m"),
        after_times=(
            r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun)\.)"
            r"(?!\s(?:was|is|had|has|came|went|would|will|found|brought|began|dawned|passed))(?!\w)"
            r"|(?:Jan|Feb|March|April|May|June|July|Aug|Sept|Oct|Nov|Dec)[a-z]*\.?\s\d|[ECMP][SD]T\b|GMT\b|UTC\b|BST\b"
            r"|(?:Eastern|Central|Mountain|Pacific|Greenwich)\s(?:\w+\s)?[Tt]ime\b"
        ),
        forewords=words("at by on in from about around before after since until till towards toward every near"),
        tag_verbs=words(
            "said says asked asks cried cries replied answered exclaimed returned continued added whispered shouted "
            "called inquired enquired observed remarked repeated rejoined demanded muttered murmured began declared "
            "sighed screamed thought laughed growled snapped told"
        ),
        tag_pronouns=words("he she they it I we you"),
    ),
    headings=Headings(
        chapters=words("chapter canto letter stave"),
        numbered=words("chapter part book volume act canto letter stave"),
        plain=words("chapter chap. part book volume act canto letter stave"),
        titled=words("chapter chap. part book act"),
        unnumbered=words("prologue epilogue foreword preface introduction afterword interlude conclusion postscript"),
        pages=words("p pg page"),
        number=(
            r"(?:the )?(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[- ]?)?"
            r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w{3,6}teen|"
            r"first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|\w{3,6}teenth|last)|"
            r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
        ),
    ),
    typed=Typed(
        pictures=words("illustration illustrations image picture plate map music decoration frontispiece photograph"),
        footnotes=words("footnote"),
        notes=words("note"),
        asides=words("sidenote sidenotes greek hebrew arabic"),
        title=words("title"),
        author=words("author by"),
        waiting=words("and or to nor but"),
        hyphened=(
            r"(?:well|half|pseudo|great-grand|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)-\w+|"
            r"self-(?!ish|less|same|hood)\w+|ill-(?!ness)\w+|to-(?:day|night|morrow)|\w+-in-law|in-law"
        ),
    ),
    unread=UNREAD,
    rights=RIGHTS,
    imprint=IMPRINT,
    note_words=tuple("footnote note endnote".split()),
    return_words=words("back return"),
    shows=SHOWS,
    people=People(
        says=words(
            "said says say saith quoth asked asks replied replies answered answers cried cries exclaimed exclaims "
            "whispered whispers shouted shouts muttered murmured inquired enquired responded retorted rejoined "
            "remarked observed declared ejaculated demanded interposed stammered faltered drawled screamed shrieked "
            "yelled bawled roared bellowed growled snarled hissed gasped groaned moaned sobbed vociferated queried "
            "quavered mumbled grumbled protested assented explained announced added repeated interrupted suggested "
            "commented stated volunteered expostulated soliloquized soliloquised thundered panted croaked stuttered "
            "blurted sneered chuckled piped chimed crooned wailed pleaded begged implored urged pronounced proclaimed "
            "assured informed countered snapped barked squeaked squealed purred lisped echoed mused reflected proposed "
            "admitted confessed conceded objected concluded apologized apologised corrected complained coaxed pursued "
            "persisted ventured hazarded rapped sputtered spluttered wheezed reiterated reasoned reminded scolded "
            "chided teased taunted jeered counselled advised ordered commanded directed hailed greeted prayed vowed "
            "swore avowed affirmed asserted averred insisted maintained lamented grunted cackled giggled babbled "
            "chattered instructed prompted rebuked reproved remonstrated summoned telephoned toasted wondered sighed "
            "breathed"
        ),
        may_say=words(
            "returned continued went began thought laughed called told spoke smiled sang read agreed resumed broke put "
            "sniffed nodded burst finished gave proceeded ended started pointed offered promised threatened warned "
            "confided recited hesitated snorted yawned shrugged frowned grinned ran came boomed chirped chorused "
            "exulted fumed marvelled raged"
        ),
        replies=words(
            "replied answered returned rejoined retorted responded answers replies agreed assented countered"
        ),
        goes_on=words("added continued resumed proceeded repeated pursued concluded"),
        lords=words(
            "mr mister messrs sir lord master king prince duke count baron earl marquis viscount squire father uncle "
            "brother friar abbé emperor tsar sultan sheikh monsignor esquire"
        ),
        ladies=words(
            "mrs miss ms lady madame madam queen princess duchess countess baroness marchioness viscountess aunt "
            "mother sister dame nurse mistress empress tsarina goody widow granny"
        ),
        ranks=words(
            "dr doctor prof professor rev reverend captain capt colonel col major general gen sergeant serjeant sgt "
            "corporal lieutenant lieut admiral commander commodore inspector constable detective superintendent judge "
            "justice senator governor president deacon bishop archbishop cardinal pope saint cousin chief sheriff "
            "secretary mayor marshal comrade private parson vicar elder"
        ),
        mostly_men=words(
            "captain capt colonel col major general gen sergeant serjeant sgt corporal lieutenant lieut admiral "
            "commander commodore inspector constable rev reverend judge senator governor deacon bishop archbishop "
            "cardinal pope sheriff parson vicar mayor marshal dr doctor professor prof"
        ),
        men=words(
            "aaron abel abner abraham abram adam adrian al alan albert alec aleck alex alexander alexis alfred "
            "algernon allan allen ambrose amos andrew andy angus anthony archibald archie arnold arthur august "
            "augustus barnabas barney bartholomew basil ben benedict benjamin bernard bert bertie bill billy bob bobby "
            "boris brian bruce caleb calvin cal cecil cedric charles charley charlie chester christian christopher "
            "clarence claude clement clive colin conrad cornelius curtis cuthbert cyril cyrus dan daniel david davy "
            "denis dennis dick digby dmitri don donald douglas duncan ebenezer ed eddie edgar edmund edward edwin "
            "elias elijah elliott eric ernest eugene eustace ezra felix ferdinand fitzwilliam fleance francis frank "
            "franklin franz fred freddie frederick fritz gabriel geoffrey george gerald gerard gilbert giles gideon "
            "godfrey gordon graham gregory guy halsey hamish hans harold harry harvey hector henry herbert herman "
            "hiram horace horatio howard hubert hugh hugo humphrey ian ichabod ignatius igor ira isaac isaiah ishmael "
            "israel ivan jack jacob jacques jake james jan jasper jean jeff jefferson jeffrey jem jeremiah jeremy "
            "jerome jerry jesse jim jimmy joe joel john johnny jonah jonas jonathan joseph joshua jude jules julian "
            "julius karl keith kenneth kit kurt lambert lancelot larry laurence lawrence lemuel leo leon leonard "
            "leopold leslie lester lewis lionel lloyd louis lucas lucius ludwig luke luther malcolm marcus mark "
            "marmaduke martin matthew maurice max maximilian michael micah miguel mike miles montague mortimer moses "
            "nathan nathaniel ned neil nelson neville newland nicholas nick nigel noah noel norman oliver oscar osmond "
            "oswald otto owen patrick paul pedro percival percy perry peter phil philip phineas pierre quentin ralph "
            "randolph raymond reginald reuben rex richard robert robin rodney roger roland rolf ronald rory roy rudolf "
            "rufus rupert sam sammy samson samuel saul sebastian septimus seth sherlock sidney silas simeon simon "
            "solomon stanley stephen steve steven stewart stuart swithin sydney ted teddy terence terry theodore "
            "thomas tim timothy titus tobias toby tom tommy tony ulysses uriah valentine vernon victor vincent virgil "
            "wallace walter ward warren watson wilbur wilfred wilhelm will willy william willie winston zachary zeke "
            "sergei nikolai pavel mikhail fyodor jock"
        ),
        women=words(
            "abigail ada adela adelaide adele agatha agnes aileen alexandra alice alicia alison alma amanda amelia amy "
            "anastasia andrea angela angelica ann anna annabel anne annette annie antonia antoinette arabella augusta "
            "aurora barbara beatrice becky belinda bell bella berenice bertha bess bessie beth betsy betty blanche "
            "bridget brunhilda camilla candida carol caroline carrie catharine catherine cathy cecilia cecily celia "
            "charlotte chloe christabel christina christine clara clarissa claudia clementina clementine constance "
            "cora cordelia cornelia cynthia daisy daphne deborah delia della diana dinah dolly dora doris dorothea "
            "dorothy edith edna effie eileen elaine eleanor elena elfrida eliza elizabeth ella ellen elsa elsie emily "
            "emma erica ernestine esmeralda estella esther ethel eugenia eunice eva evangeline eve eveline evelyn "
            "fanny felicia felicity fiona flora florence frances francesca freda georgiana georgina geraldine gertrude "
            "gladys grace greta gretchen gwendolen gwendolyn hannah harriet hattie hazel heather hebe helen helena "
            "henrietta hermione hester hetty hilda honor honoria hope ida imogen ines irene iris isabel isabella "
            "isobel ivy jane janet jean jemima jennie jenny jessica jessie jill joan joanna josephine joyce judith "
            "judy julia juliana juliet kate katharine katherine kathleen katie katy kitty laura laurel lavinia leah "
            "leila lena leonora letitia lilian lillian lily linda lisa liza lizzie lizzy lois lola lottie louisa "
            "louise lucia lucinda lucretia lucy lydia mabel madeleine madge magdalen maggie maisie margaret margery "
            "marguerite maria marian marianne marie marion marjorie martha mary matilda maud maude may melissa mercy "
            "meg millicent millie mina minna minnie miranda miriam moll molly mona muriel myra myrtle nan nancy naomi "
            "nell nellie nelly nora ophelia pamela pansy patience patty paula pauline pearl peggy penelope phoebe "
            "phyllis polly portia priscilla prudence rachel rebecca rhoda rita roberta rosa rosalie rosalind rosamond "
            "rose roxana ruby ruth sabina sally samantha sara sarah selina serena sheila sibyl sophia sophie stella "
            "susan susanna susannah sylvia tabitha tess thea theresa thomasina tilly ursula vera veronica victoria "
            "viola violet virginia vivian wilhelmina winifred yvonne zoe natasha olga tatiana katerina sonya sonia "
            "mathilda"
        ),
        determiners=words("the a an my his her our their your this that another one some"),
        indefinite=words("a an another some"),
        epithets=words(
            "old elderly aged ancient young little small poor dear good honest kind brave gentle big fat tall sweet"
        ),
        pronouns=Pronouns(
            male="he|him|his|himself",
            female="she|her|hers|herself",
            he="he|He|HE",
            she="she|She|SHE",
            i="I",
            several=r"they|They|we|We|somebody|someone|Somebody|Someone|everybody|everyone|[Aa]nother|[Oo]ne|[Aa]ll|"
            r"[Bb]oth|several|others|[Tt]he others|voices|[Tt]he \w+ women|[Tt]he (?:men|women|boys|girls|children|"
            r"crowd|people|ladies|gentlemen|two|three|company|rest)",
            contracts=True,
        ),
    ),
    spoken=SPOKEN,
    formulas=FORMULAS,
)
