"""The words that tell who speaks: verbs of speech, titles, given names, nouns for people.

Small on purpose and written from common knowledge: a name that is not listed gets its gender
from the pronouns near it, and a noun that is not listed is merely no speaker.
"""

# Verbs that a quotation's tag is made of, by how surely they mean speech.
SAY = frozenset(
    "said says say saith quoth asked asks replied replies answered answers cried cries exclaimed exclaims whispered "
    "whispers shouted shouts muttered murmured inquired enquired responded retorted rejoined remarked observed "
    "declared ejaculated demanded interposed stammered faltered drawled screamed shrieked yelled bawled roared "
    "bellowed growled snarled hissed gasped groaned moaned sobbed vociferated queried quavered mumbled grumbled "
    "protested assented explained announced added repeated interrupted suggested commented stated volunteered "
    "expostulated soliloquized soliloquised thundered panted croaked stuttered blurted sneered chuckled piped "
    "chimed crooned wailed pleaded begged implored urged pronounced proclaimed assured informed countered snapped "
    "barked squeaked squealed purred lisped echoed mused reflected proposed admitted confessed conceded objected "
    "concluded apologized apologised corrected complained coaxed pursued persisted ventured hazarded rapped "
    "sputtered spluttered wheezed reiterated reasoned reminded scolded chided teased taunted jeered counselled "
    "advised ordered commanded directed hailed greeted pleaded prayed vowed swore avowed affirmed asserted averred "
    "insisted maintained lamented grunted cackled giggled babbled chattered instructed prompted rebuked reproved "
    "remonstrated summoned telephoned toasted wondered sighed breathed".split()
)
# Verbs of speech in other languages; none of them is a word of English.
FRENCH_SAY = frozenset(
    "dit disait répondit demanda cria s'écria écria reprit ajouta murmura répliqua chuchota hurla continua balbutia "
    "déclara soupira interrompit repartit observa".split()
)
SAY |= FRENCH_SAY | frozenset(
    "sagte fragte rief antwortete erwiderte flüsterte murmelte schrie entgegnete meinte versetzte stammelte seufzte "
    "brummte lachte wiederholte dijo preguntó respondió exclamó gritó murmuró contestó añadió susurró replicó repuso "
    "continuó repitió".split()
)
# These tag a quotation too, but as often tell of something else.
SAY_MAYBE = frozenset(
    "returned continued went began thought laughed called told spoke smiled sang read agreed resumed broke put "
    "sniffed nodded burst finished gave proceeded ended started pointed offered promised threatened warned "
    "confided recited hesitated snorted yawned shrugged frowned grinned ran came read boomed chirped chorused "
    "exulted fumed marvelled raged".split()
)

MALE, FEMALE = "male", "female"

# Titles that a name follows, with the gender that they tell ("" when none).
TITLES = {
    **dict.fromkeys(
        "mr mister messrs sir lord master monsieur m herr don señor signor king prince duke count baron earl "
        "marquis viscount squire father uncle brother friar abbé emperor tsar sultan sheikh monsignor esquire".split(),
        MALE,
    ),
    **dict.fromkeys(
        "mrs miss ms lady madame mme mademoiselle mlle madam frau fräulein fraulein doña señora señorita signora "
        "signorina queen princess duchess countess baroness marchioness viscountess aunt mother sister dame nurse "
        "mistress empress tsarina goody widow granny".split(),
        FEMALE,
    ),
    **dict.fromkeys(
        "dr doctor prof professor rev reverend captain capt colonel col major general gen sergeant serjeant sgt "
        "corporal lieutenant lieut admiral commander commodore inspector constable detective superintendent judge "
        "justice senator governor president deacon bishop archbishop cardinal pope saint cousin chief sheriff "
        "secretary mayor marshal comrade private parson vicar elder".split(),
        "",
    ),
}
# Titles of men when a book was written before this century; weighed lightly.
MOSTLY_MALE = frozenset(
    "captain capt colonel col major general gen sergeant serjeant sgt corporal lieutenant lieut admiral commander "
    "commodore inspector constable rev reverend judge senator governor deacon bishop archbishop cardinal pope sheriff "
    "parson vicar mayor marshal dr doctor professor prof".split()
)

CHILD, YOUNG, ADULT, OLD = "child", "young", "adult", "old"

# Nouns for people: gender, age.
_NOUNS = {
    (MALE, ""): "man gentleman lord father brother uncle husband king prince duke count baron earl nephew fellow chap "
    "landlord waiter priest monk friar butler footman coachman policeman clergyman postman watchman boatman fireman "
    "workman seaman fisherman huntsman countryman horseman frenchman englishman irishman scotchman dutchman chairman "
    "foreman bridegroom master papa dad daddy pa pappa squire host actor negro monarch emperor widower steward "
    "bachelor hero wizard knight salesman businessman cowboy cowpuncher vicar rector curate parson "
    "sailor blacksmith sergeant corporal lieutenant captain colonel general admiral major son-in-law brother-in-law "
    "father-in-law stepfather godfather grandson murderer gamekeeper groom valet bishop pope cardinal sheriff "
    "manservant serving-man",
    (FEMALE, ""): "woman lady mother sister aunt wife queen princess duchess countess baroness niece landlady "
    "waitress nun governess housekeeper nurse mistress mamma mama mom mum mummy ma matron housemaid parlourmaid "
    "parlormaid chambermaid maid bride hostess actress widow heroine washerwoman charwoman englishwoman frenchwoman "
    "mother-in-law sister-in-law daughter-in-law stepmother godmother goddaughter seamstress milliner dressmaker "
    "abbess sorceress witch empress ladyship stewardess typist dame maidservant",
    (MALE, CHILD): "boy lad schoolboy newsboy bootblack laddie page",
    (FEMALE, CHILD): "girl lass schoolgirl lassie",
    ("", CHILD): "child baby infant youngster urchin kid toddler brat pupil bairn little-one",
    (MALE, YOUNG): "youth son",
    (FEMALE, YOUNG): "daughter damsel maiden",
    (MALE, OLD): "grandfather grandpa granddad grandpapa greybeard graybeard patriarch",
    (FEMALE, OLD): "grandmother grandma granny grandmamma crone hag",
    ("", ""): "doctor servant stranger cousin friend teacher voice officer soldier driver porter clerk guide guard "
    "innkeeper visitor guest neighbour neighbor companion speaker lawyer attorney judge passenger inspector "
    "detective client patient physician surgeon professor secretary merchant shopkeeper tradesman farmer peasant "
    "traveller traveler trader jailer jailor prisoner convict thief robber burglar pirate cook gardener tutor "
    "schoolmaster schoolmistress student scholar poet painter artist author writer editor reporter minister president "
    "governor magistrate constable agent dealer banker broker partner rival lover sweetheart enemy relation "
    "relative parent orphan twin invalid beggar tramp hermit pilgrim hunter shepherd miller baker butcher tailor "
    "barber cobbler carpenter mason smith musician singer dancer conductor cabman cabby pilot skipper mate engineer "
    "mechanic messenger usher warden chief leader boss manager superintendent assistant apprentice recruit "
    "private spokesman interlocutor questioner newcomer intruder other another indian american german spaniard "
    "italian russian psychologist scientist explorer philosopher bartender bookkeeper caretaker ferryman comrade "
    "admirer heir cripple giant dwarf dragon ghost creature fool villain rascal scoundrel ruffian",
}  # fmt: skip
NOUNS = {word: traits for traits, words in _NOUNS.items() for word in words.split()}
ADJECTIVE_AGES = {
    "old": OLD, "elderly": OLD, "aged": OLD, "ancient": OLD, "white-haired": OLD, "grey-haired": OLD,
    "gray-haired": OLD, "venerable": OLD, "wrinkled": OLD, "young": YOUNG, "youthful": YOUNG, "little": CHILD,
    "small": CHILD, "younger": YOUNG, "elder": "", "middle-aged": ADULT,
}  # fmt: skip
FAMILY = frozenset(
    "father mother brother sister uncle aunt son daughter husband wife cousin nephew niece grandfather grandmother "
    "papa mamma mama dad mum grandson granddaughter mother-in-law father-in-law sister-in-law brother-in-law "
    "stepmother stepfather".split()
)
# Nouns that are written as a name: "said Uncle", "Mother rose", "asked Captain".
ALONE = frozenset(
    "father mother uncle aunt grandfather grandmother papa mamma mama dad daddy mum mummy granny grandma grandpa nurse "
    "doctor captain colonel professor sergeant lieutenant corporal inspector squire".split()
)
# What people are called by when spoken to, and whom that can mean.
VOCATIVES = {
    **dict.fromkeys("sir mister gentlemen old-man old-boy old-fellow old-chap".split(), MALE),
    **dict.fromkeys("madam ma'am ma’am marm madame mum miss missis missus ladies".split(), FEMALE),
}

GIVEN = {
    MALE: frozenset(
        "aaron abel abner abraham abram adam adrian al alan albert alec aleck alex alexander alexis alfred "
        "algernon allan allen ambrose amos andrew andy angus anthony archibald archie arnold arthur august "
        "augustus barnabas barney bartholomew basil ben benedict benjamin bernard bert bertie bill billy bob "
        "bobby boris brian bruce caleb calvin cal cecil cedric charles charley charlie chester christian "
        "christopher clarence claude clement clive colin conrad cornelius curtis cuthbert cyril cyrus dan "
        "daniel david davy denis dennis dick digby dmitri don donald douglas duncan ebenezer ed eddie edgar "
        "edmund edward edwin elias elijah elliott eric ernest eugene eustace ezra felix ferdinand fitzwilliam "
        "fleance francis frank franklin franz fred freddie frederick fritz gabriel geoffrey george gerald "
        "gerard gilbert giles gideon godfrey gordon graham gregory guy halsey hamish hans harold harry harvey "
        "hector henry herbert herman hiram horace horatio howard hubert hugh hugo humphrey ian ichabod ignatius "
        "igor ira isaac isaiah ishmael israel ivan jack jacob jacques jake james jan jasper jean jeff jefferson "
        "jeffrey jem jeremiah jeremy jerome jerry jesse jim jimmy joe joel john johnny jonah jonas jonathan "
        "joseph joshua jude jules julian julius karl keith kenneth kit kurt lambert lancelot larry laurence "
        "lawrence lemuel leo leon leonard leopold leslie lester lewis lionel lloyd louis lucas lucius ludwig "
        "luke luther malcolm marcus mark marmaduke martin matthew maurice max maximilian michael micah miguel "
        "mike miles montague mortimer moses nathan nathaniel ned neil nelson neville newland nicholas nick "
        "nigel noah noel norman oliver oscar osmond oswald otto owen patrick paul pedro percival percy perry "
        "peter phil philip phineas pierre quentin ralph randolph raymond reginald reuben rex richard robert "
        "robin rodney roger roland rolf ronald rory roy rudolf rufus rupert sam sammy samson samuel saul "
        "sebastian septimus seth sherlock sidney silas simeon simon solomon stanley stephen steve steven "
        "stewart stuart swithin sydney ted teddy terence terry theodore thomas tim timothy titus tobias toby "
        "tom tommy tony ulysses uriah valentine vernon victor vincent virgil wallace walter ward warren watson "
        "wilbur wilfred wilhelm will willy william willie winston zachary zeke juan josé jose pablo luis carlos "
        "françois andré émile rené jürgen günther heinrich wolfgang sergei nikolai pavel mikhail fyodor jock".split()
    ),
    FEMALE: frozenset(
        "abigail ada adela adelaide adele agatha agnes aileen alexandra alice alicia alison alma amanda amelia "
        "amy anastasia andrea angela angelica ann anna annabel anne annette annie antonia antoinette arabella "
        "augusta aurora barbara beatrice becky belinda bell bella berenice bertha bess bessie beth betsy betty "
        "blanche bridget brunhilda camilla candida carol caroline carrie catharine catherine cathy cecilia "
        "cecily celia charlotte chloe christabel christina christine clara clarissa claudia clementina "
        "clementine constance cora cordelia cornelia cynthia daisy daphne deborah delia della diana dinah dolly "
        "dora doris dorothea dorothy edith edna effie eileen elaine eleanor elena elfrida eliza elizabeth ella "
        "ellen elsa elsie emily emma erica ernestine esmeralda estella esther ethel eugenia eunice eva "
        "evangeline eve eveline evelyn fanny felicia felicity fiona flora florence frances francesca freda "
        "georgiana georgina geraldine gertrude gladys grace greta gretchen gwendolen gwendolyn hannah harriet "
        "hattie hazel heather hebe helen helena henrietta hermione hester hetty hilda honor honoria hope ida "
        "imogen ines irene iris isabel isabella isobel ivy jane janet jean jemima jennie jenny jessica jessie "
        "jill joan joanna josephine joyce judith judy julia juliana juliet kate katharine katherine kathleen "
        "katie katy kitty laura laurel lavinia leah leila lena leonora letitia lilian lillian lily linda lisa "
        "liza lizzie lizzy lois lola lottie louisa louise lucia lucinda lucretia lucy lydia mabel madeleine "
        "madge magdalen maggie maisie margaret margery marguerite maria marian marianne marie marion marjorie "
        "martha mary matilda maud maude may melissa mercy meg millicent millie mina minna minnie miranda miriam "
        "moll molly mona muriel myra myrtle nan nancy naomi nell nellie nelly nora ophelia pamela pansy "
        "patience patty paula pauline pearl peggy penelope phoebe phyllis polly portia priscilla prudence "
        "rachel rebecca rhoda rita roberta rosa rosalie rosalind rosamond rose roxana ruby ruth sabina sally "
        "samantha sara sarah selina serena sheila sibyl sophia sophie stella susan susanna susannah sylvia "
        "tabitha tess thea theresa thérèse thomasina tilly ursula vera veronica victoria viola violet virginia "
        "vivian wilhelmina winifred yvonne zoe gretel heidi ursula brigitte ingrid ilse françoise geneviève "
        "hélène carmen dolores inés juana lucía natasha olga tatiana katerina sonya sonia mathilda".split()
    ),
}  # fmt: skip

# Short forms and pet names of given names, for aliases: the same person when one of the two is rare.
PET_NAMES = {
    "lizzy": "elizabeth", "lizzie": "elizabeth", "eliza": "elizabeth", "beth": "elizabeth", "bess": "elizabeth",
    "betty": "elizabeth", "kitty": "catherine", "kate": "katherine", "cathy": "catherine", "tom": "thomas",
    "tommy": "thomas", "will": "william", "bill": "william", "billy": "william", "willie": "william",
    "bob": "robert", "bobby": "robert", "dick": "richard", "harry": "henry", "hal": "henry", "jack": "john",
    "johnny": "john", "jim": "james", "jimmy": "james", "joe": "joseph", "ned": "edward", "ted": "edward",
    "teddy": "edward", "fred": "frederick", "freddie": "frederick", "charlie": "charles", "charley": "charles",
    "sam": "samuel", "sammy": "samuel", "ben": "benjamin", "dan": "daniel", "dave": "david", "davy": "david",
    "nick": "nicholas", "mike": "michael", "tony": "anthony", "andy": "andrew", "archie": "archibald",
    "jeff": "jefferson", "terry": "terence", "becky": "rebecca", "nell": "ellen", "nellie": "ellen",
    "peggy": "margaret", "maggie": "margaret", "meg": "margaret", "madge": "margaret", "polly": "mary",
    "molly": "mary", "sally": "sarah", "jenny": "jane", "nancy": "anne", "annie": "anne", "fanny": "frances",
    "hetty": "henrietta", "dolly": "dorothy", "dora": "dorothea", "mina": "wilhelmina", "lucy": "lucinda",
}  # fmt: skip

# Capitalised words that are never a person's name.
NOT_NAMES = frozenset(
    "i i'm i’m i'll i’ll i've i’ve i'd i’d god lord heaven heavens providence chapter volume book part act "
    "scene oh ah o yes no well the a an and but or nor for yet so if then when while as at by to of in on with "
    "from this that these those it he she they we you his her their our my your its what who which where why "
    "how there here not now never always indeed perhaps however therefore meanwhile moreover nevertheless "
    "though although because since until unless some any all each every both few many most other another one "
    "two three four five first second third once twice good dear poor old young little great mr mrs sir madam "
    "project gutenberg st saint street road avenue me him us them".split()
)
# Capitalised words that are a person's only where a verb of speech says so: Irish, June, April.
SELDOM_NAMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december christmas easter english french german american americans irish scotch "
    "spanish italian russian dutch chinese japanese indian indians england london paris europe america france "
    "germany italy ireland scotland spain russia india africa asia north south east west bible christian "
    "catholic latin greek roman".split()
)
PLACE_BEFORE = frozenset(
    "in at near from through into toward towards beyond around across throughout via outside".split()
)
PLACE_ENDS = frozenset(
    "street road avenue lane square park house hall inn hotel castle abbey church college school university river lake "
    "mountain mountains hill hills valley bay island islands sea ocean county city town village bridge station palace "
    "court place farm ranch academy club company office society court's theatre theater museum gate corner wood woods "
    "forest shire land book bible street's empire kingdom states republic army navy government parliament".split()
)
