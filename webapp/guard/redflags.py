"""What must not wait: signs that belong together, and the emergency that they mean.

A rule is met when everything between its `&` is found, in whatever order and not negated, and nothing after its `unless`.
The words of `{ideas}` are in `lexicon.py`. Kinds are in the order in which they are looked for.
"""

from functools import cache

RULES: dict[str, tuple[str, ...]] = {
    "suicide": (
        "kill ~ myself|killing ~ myself|kms|kill himself|kill herself|kill themselves|killing himself|killing herself|"
        "killed himself|killed herself|end my life|ending my life|end his life|end her life|end their life|ending it all|"
        "end it all|ending it tonight|ending it|end it tonight|ending things|end things for good|take my ~ life|taking my ~ life|"
        "take her ~ life|take his ~ life|unalive|"
        "my last day on earth|last night on earth|not ~ wake up again|never wake up again|not wake up tomorrow|"
        "never wake up|"
        "want to die|wants to die|wanna die|want ~ to be dead|wish ~ was dead|wish ~ were dead|rather be dead|ready to die|"
        "going to die tonight|"
        "not want to be here|not want to live|not want to exist|not want to wake up|not want to be alive|"
        "no longer want to live|tired of living|"
        "not ~ want ~ to live|not want to go on|not go on ~ anymore|can not go on|"
        "hope ~ not wake up|better off without me|better off if i|better off dead|no reason to live|reason to keep living|reason to live|reason to go on|reason to be here|see a reason|see any reason|it all to end|want it to end|want ~ to end|want it to be over|want it over|can not live anymore|see no way out|no way out|be over forever|nothing to live for|"
        "no point in living|no point ~ living|no point going on|no point ~ anymore|life ~ not worth|not worth living|"
        "done with life|done with living|give up on life|giving up on life|disappear forever|"
        "goodbye note|goodbye letter*|suicide note|goodbye message*|wrote letters|written letters|"
        "rope ready|tie a noose|noose|overdose on purpose|pills ready|gun ~ to my head|gun in my mouth|jump off|jump from|"
        "jumping off|jump in front|"
        "step in front of|drive into a tree|crash my car on purpose|slit my wrist*|cut my wrist*|cut her wrist*|cut his wrist*|slit ~ wrists|throw myself|throwing myself|standing on ~ bridge|standing on ~ ledge|on the ledge|standing on ~ roof|on the train tracks|auf der bruecke|going to end it|will end it|want to end it|saying goodbye to|said goodbye to everyone|say goodbye to everyone|written my will|would miss me|nobody would notice|no one would notice|wuerde mich vermissen|keine kraft mehr zu leben|hanged himself|hanged herself|under a train|hang myself|hang himself|hang herself|"
        "hanging myself|shoot myself|drown myself|starve myself to death|"
        "umbringen will|mich umbring*|mich um ~ bringen|mich umzubringen|bringe mich um|bring mich um|sich umbring*|sich umzubringen|"
        "nicht mehr leben|nicht laenger leben|nicht mehr da sein|nicht mehr aufwachen|nicht mehr hier sein|"
        "will sterben|moechte sterben|lieber tot|"
        "sterben will|leben ~ beenden|leben nehmen|selbstmord begehen|vor den zug|von der bruecke|von ~ bruecke ~ spring*|"
        "keinen sinn mehr|hat keinen sinn|"
        "lebensmuede|abschiedsbrief*|ohne mich besser|besser dran ~ ohne mich|schluss machen mit ~ leben|mache ~ schluss heute|"
        "mir das leben|mir ~ leben ~ nehmen|"
        "erhaengen|pulsadern",
        "suicidal unless means|side effect*|support|prevent*|medication|lost|antidepress*|understand|no longer|used to be",
        "suicid*|selbstmord*|suizid* & {self}|{they}|{relative} unless feeling suicidal means",
        "{relative}|{they} & goodbye|wants to die|talking about death|says ~ die|giving away ~ things & not ~ answer*|not ~ pick*|"
        "pills|gun|rope|note|die|bridge",
        "cutting|cut|burning|hurting|harming|hurt|harm|selfharm*|self harm*|scratch* & "
        "myself|himself|herself|my arms|my wrist*|my thigh*|her arms|his arms|her wrist* & "
        "been|again|keep|can not stop|want|urge*|going to|relaps*|on purpose|today|tonight|think* unless {trigger}|knife slipped|cooking",
        "ritz* & mich|sich|ich|tochter|sohn|arme",
        "can not do this anymore|can not take it anymore|can not take this anymore|kann nicht mehr & "
        "life|live|living|die|end|leben|sterben|goodbye|sorry ~ everyone|pills|rope|gun",
    ),
    "violence": (
        "kill|murder|stab|shoot|strangle|hurt|harm|poison|smother|shake|hit|attack|umbring*|umbringe*|toete*|erstech*|"
        "erschiess*|verletz* & "
        "going to|about to|want to|wants to|will|voices|urge*|plan*|can not control|tell* me|says he|says she|threat*|"
        "might|could|afraid i|scared i|gleich|will|stimmen|angst|drohe*|droht & {kin} & "
        "knife|gun|voices|i am|i will|tonight|tomorrow|my|he|she|ich|er|sie|stimmen unless myself|mich ~ um|hurt ~ feelings|lol|vaccine|"
        "will it hurt|does it hurt",
        "beat|beating|beats|hits|hitting|choked|strangled|raped|assaulted|attacked|punched|molested|abus*|vergewaltigt|geschlagen|"
        "gewuergt & me|her|him|my & just|now|right now|tonight|today|minutes ago|again|afraid|hiding|locked|please help|"
        "gerade|eben|jetzt|pregnant|bleeding|help|angst",
        "voices|stimmen & telling me|tell me|tells me|sagen|command*|befehlen & kill|hurt|die|harm|jump|toeten|umbringen|verletzen",
        "hiding & from him|from her|knife|gun|bathroom",
    ),
    "choking": (
        "{choke} & {thing}|{relative}|{they}|{self}|{noair}|can not|blue|help unless up on|choking hazard*|made me choke",
        "{choke} & {noair}|not speak|not cough|can not|blue|drool*|luft",
        "piece|bit & {thing} & throat & stuck|can not|breath*",
        "swallow*|verschluckt|geschluckt & coin|marble|magnet*|battery|bone|pin|needle|glass|nail|screw|muenze|murmel|nadel|magnet|"
        "lego & {relative}|{they}|{self}|kid",
    ),
    "poisoning": (
        "{took} & {toxic} unless food poisoning|mushroom soup|vitamin battery|took ~ picture",
        "{took} & {drug} & {toomuch} unless nothing happened|can i take|is it ok to|may i take|darf ich|is it safe to|not overdos*|first time|"
        "should i take|do i have to",
        "{relative}|{they} & swallow*|ate|eaten|got into|found|drank|chew*|geschluckt|gegessen|verschluckt|schluckt|"
        "took my|took the|into my|empty & {drug}|"
        "leaf|leaves|flower*|seeds|bulb|rhododendron|lily|ivy|holly|berries|plant|poison*|perfume|alcohol|vodka|wine|hand sanitizer|pflanze|parfum unless medical|should|can he|can she|"
        "how much|can my|before|after he|may",
        "overdos*|od'd|od|oded|ueberdosis|ueberdosiert & {relative}|{they}|{self}|help|just|now",
        "{co} & {self}|{they}|{relative}|everyone|all|headache*|dizzy|alarm|beep* unless battery|batteries|where|install",
        "mushroom*|pilze & {vomit}|sick|cramp*|halluc*|uebel",
        "poisoned|vergiftet & {self}|{they}|{relative}|dog",
        "naloxone|narcan & again|not working|blue|breath*|gave",
        "{drug} & {noair}|{out}|lips ~ blue|lips ~ grey & {relative}|{they}|{self} unless when should",
        "drank|drunk|alcohol|vodka|whiskey|tequila|betrunken|alkohol|shots & {out}|will not wake|can not wake|blue|cold and|not ~ breath*|choking "
        "unless lost my job",
        "insulin & double|twice|extra|too much|wrong|doppelt|zu viel|instead of|versehentlich",
    ),
    "anaphylaxis": (
        "{airway} & {swollen} & {trigger}|{hives}|{noair}|epipen|minutes|just|sudden*|quickly|wheez* unless lip filler|sore|glands|"
        "sore throat|chapped|"
        "cold sore|lymph|dentist|tooth|itchy eyes|hay fever|pollen|morning stiffness",
        "allergic reaction|allergic shock|allergische reaktion|allergischer schock|anaphylactic* & severe|bad|help|what do i do|now|having|{noair}|throat|fast|schwer*|starke|shock|jetzt unless last year|past",
        "tongue|throat|zunge|hals|kehle & swelling|swollen|closing|swell*|closes|zuschwellen|schwillt|geschwollen|zugeschwollen|schnuert|"
        "fat & {noair}|fast|quick*|{self}|{they}|{relative} unless sore|tonsil*|cold|strep|lymph|days|weeks|since ~ week*|lump",
        "{hives} & {trigger} & {noair}|wheez*|faint*|pass out|passing out|dizzy|{vomit}|{out}|{swollen} & "
        "{noair}|wheez*|faint*|pass out|passing out|dizzy|vomit*|{out}|throat|tongue|lips|face|schwindlig|luft",
        "{hives} & {noair}|wheez*|atemnot",
        "{trigger} & {noair}|wheez*|throat tight*|throat ~ closing|throat ~ tight*|throat ~ feels|can not swallow & ate|eat*|sting|stung|bee|wasp|allerg*|"
        "took|shot|nach|gegessen|after|just|gestochen",
        "epipen|epi pen|auto injector|adrenaline pen|autoinjektor & expired|used|not work*|coming back|again|no|without|empty|"
        "should i use|now|just|throat|lips|swelling|tongue|wheez* unless how does|carry|travel|store|expire",
        "anaphyla* & having|going into|think|help|allergic|now|he is|she is|i am|hat|habe|reagiert",
        "stung|sting|gestochen & throat|mouth|tongue|mund|hals|faint*|hives|dizzy|breath*|luft|collaps*|swelling fast",
    ),
    "infant": (
        "{young} & {baby}|old|alt* & {fever} & {fever} unless vaccin* ~ weeks|pregnan*|3[0-9] weeks ~ along|mother ~ fever",
        "newborn|neonate|neugeboren*|saeugling & fever*|temp*|hot|fieber*|10[0-5]*|38*|39* unless prevent",
        "{young}|newborn|infant|baby|saeugling & {listless} & {listless} unless colic|at night|teeth*|milestone*|sleep through & "
        "{baby}|{young}",
        "baby|newborn|infant|saeugling|weeks old & blue|grey|stopped breathing|not breathing|turned blue|floppy|limp|"
        "will not wake|hard to wake|can not wake|unresponsive|"
        "lifeless|no wet*|sunken|blau|schlaff|nicht ~ wach*|green vomit|bile|jaundice* ~ sleepy|gelb ~ trinkt",
    ),
    "pregnancy": (
        "{pregnant} & {bleeding} unless nose*|gum*|blood pressure|blood test*|bluttest|blutdruck|bluthoch*|light spotting|normal|"
        "blutbild|blood type|blood sugar|before i knew|gestational|blutzucker",
        "weeks|woche|month & {bleeding} & pregnan*|baby|schwanger*|ssw|trimester unless nose*|period|blood pressure|blood test*|blutdruck|"
        "blutzucker|blood sugar",
        "{pregnant} & {pain}|kraempfe|cramps & {bad}|{side}|shoulder|faint*|dizzy|collapsed|one sided|constant unless mild|leg cramps|back pain ~ normal",
        "{pregnant}|weeks & headache*|kopfschmerz* & spots|vision|seeing|swollen|swelling|blurr*|stars|flimmer*|sehe|"
        "high blood pressure|upper belly|ribs|sehstoerung*|geschwollen",
        "{pregnant}|weeks & 1[5-9]\\d/*|1[5-9]\\d over|blurr*|double vision|sehe ~ verschwommen & {pregnant} & dizzy|bp|blood pressure|headache*|vision|swollen|schwindlig|kopf*|blutdruck",
        "{pregnant} & {fit}|{noair}|fell|car accident|trauma|kicked|punched|gestuerzt|gefallen|unfall",
        "water* ~ broke*|waters broke|water broke|leaking fluid|blasensprung|fruchtblase|fruchtwasser & "
        "weeks|early|green|brown|premature|woche|2\\d|3[0-6]|cord|ssw|{self}|{relative}",
        "baby|movement*|kick*|kindsbewegung*|baby ~ bewegt & not moved|no movement*|stopped moving|not ~ moving|not ~ kick*|not felt|"
        "stopped kick*|less than|hardly moving|has not moved|"
        "reduced|keine kindsbewegung*|nicht mehr bewegt|bewegt sich nicht*|spuere ~ nicht* & "
        "weeks|pregnan*|since|schwanger*|woche|today|yesterday|all day|ssw|hours|heute|gestern & "
        "pregnan*|weeks|baby|schwanger*|woche|ssw unless old|injured|month",
        "cord ~ out|cord ~ coming|umbilical ~ hanging|cord ~ vagina|nabelschnur|baby ~ coming|head ~ coming out|see the head|crowning|"
        "baby ~ crowning|"
        "giving birth|kind kommt|baby kommt|in labor ~ car|having ~ baby ~ now|contractions ~ minutes & "
        "now|out|home|car|help|weeks|can not|not ~ hospital|jetzt|zu hause|before|pushing|coming|early",
        "gave birth|postpartum|post partum|delivered|c section|entbindung|entbunden|geburt & "
        "soak*|pad|clot*|heavy bleed*|bleeding heavily|heavily|fever|faint*|headache*|chest|short of breath|voices|"
        "harm|blute stark|fieber",
        "contraction*|wehen & 2\\d weeks|3[0-5] weeks|twenty ~ weeks|thirty ~ weeks|every ~ minutes|2\\d woche|3[0-5] woche|premature|too early|preterm",
    ),
    "stroke": (
        "face|smile|mouth|gesicht|mundwinkel|mund|cheek|eyelid & droop*|lopsided|crooked|one side|uneven|hangs|hanging|haengt|haengen*|"
        "schief|fallen|asymmetric*|sagging|gone funny|twisted|sliding|went funny|down on one side|slack unless botox|bell's palsy ~ years|"
        "born with|filler",
        "{side} & {limb} & {numb} & {sudden}|{speech}|face|gesicht|woke|now|confus*|vision|headache|droop*|{self}|{they}|{relative} unless "
        "fell asleep|sitting on|slept on|carpal|gym|sprain*|cast|shingles|since years|"
        "for years|for months|after surgery|dentist|crossing|raynaud*|old stroke",
        "half & body|face & {numb}",
        "{numb} & {side} & {sudden} unless fell asleep|slept on|dentist|sitting|carpal|vision",
        "{speech} & {garbled} & {sudden}|{numb}|{side}|{relative}|{they}|face|{self} & {sudden}|{numb}|{relative}|since|now|this morning|my|"
        "and|seit unless drunk friend|toddler|learning|speech therap*|year old ~ say ~ words|autis*|stutter*|language|kindergarten|"
        "sore throat|hoarse|can not talk to|lost my voice|words hurt|laryngitis|months old|{noair}|dates|braces|toothache",
        "slur*|lallt|verwaschen* & {they}|{self}|{relative}|speech|words|sprache",
        "can not find ~ words|can not get ~ words out|words ~ not come|words come out|talking gibberish|speaking gibberish|"
        "can not speak|unable to speak|lost ~ speech|not speak properly|can not talk properly|not mehr sprechen|nicht mehr sprechen|"
        "nicht mehr reden|kein* wort* ~ heraus & "
        "sudden*|ploetzlich|side|arm|leg|face|mouth|mund*|wife|husband|mother|father|gran*|nan|he|she|i|since|seit|heute unless {noair}|"
        "voice|hoarse|toddler|months old|cold|language|english|german|public",
        "having|had|having|think|thinks|might|could|is it|bekommt|hat|habe & stroke|stroke like|tia|schlaganfall|mini stroke & "
        "{self}|{relative}|{they} & now|right now|having a stroke|just|help|think|minutes ago|sudden*|arm|face|speech|hours ago|"
        "gerade|ploetzlich|eben unless years|history|last year|recover*|therap*|at risk|doctor",
        "sudden*|ploetzlich* & lost balance|can not walk|falling to one side|double vision|doppelt|doppelbilder|vertigo ~ vomiting|"
        "staggering|can not stand ~ vomiting|confus*|verwirrt unless drunk",
        "numbness|weakness|paralysis|taubheit|laehmung & left side|right side|one side|eine seite|linke seite|rechte seite & body|face|koerper*|gesicht* unless years|months|fell asleep|slept on|dentist|bell's|what|sitting",
        "weakness|numbness|droop*|taubheit|laehmung & one side|left side|right side|one arm|one leg|halbseitig*|left arm|right arm|left leg|"
        "right leg|linken arm|rechten arm|linken seite|rechten seite & now|sudden*|went away|gone|minutes|since|"
        "this morning|today|seit|ploetzlich*|woke|hour* unless months|years|weeks ago",
    ),
    "headache": (
        "{head} & {worst} & {pain}|headache*|kopf*|migraine|never|life|lebens unless year of migraine|worst part|for years",
        "headache*|kopfschmerz* & thunderclap|worst ~ life|worst ~ ever|schlimmsten|explo*|sudden* ~ severe|donnerschlag*|"
        "out of nowhere|never ~ like|{out}|{fit}|{numb} & "
        "{self}|{they}|{relative}|now|life|lebens|ever|head|kopf*|headache* unless what makes",
        "headache*|kopfschmerz*|head hurts & {bad} & {vomit} unless migraine*|hangover|always|every month|kater|flu|{pregnant}",
        "headache*|kopfschmerz* & {neck} & {vomit}|{bad}|{fever}|sudden*",
        "headache*|kopfschmerz*|head pain & {confused}|{numb} & {side}|{fever}|{vomit}|{confused} unless drunk|hangover|migraine aura ~ always",
    ),
    "vision": (
        "{blind} & {eye}|vision|sight|see|sehe|sehen|look & {sudden}|one|left|right|since|now|auge|eye|corner|half|came|both|"
        "{side}|plus|shadow|woke unless glasses|contacts|floaters for years|night|far away|blackboard|without my|color blind|double vision after drinking|"
        "born blind|years",
        "curtain|vorhang|veil|shadow|schatten & eye|vision|auge|see|sehe|corner",
        "flash*|blitz*|lichtblitze & float*|spots|shadow|curtain|schatten|punkte|russ* & eye|vision|auge*|new|sudden*|since|lots|seit|float*",
        "eye|auge & {pain} & halos|vomit*|blurr*|nause*|lost vision|hazy|erbrech*|uebel*|verschwommen|red and ~ hard|vision loss",
    ),
    "eye": (
        "{eye} & {splash} unless soap bar|eye drop* ~ safe|prevent|protect|swim* ~ red mildly|wear",
        "{eye} & nail|glass|metal|wire|stick|fishhook|knife|fork|dart|needle|screw|splinter|arrow|pellet|bb|firework*|glas|nagel|draht|"
        "pfeil|metall* & shot|stuck|in my|in his|in her|in the|into|went|poked|flew|pierced|through|im|ins|hit|out",
        "eye|auge & punched|hit by|ball|struck|geschlagen & can not see|blood|bulging|vision|double|blurr*|sehe",
    ),
    "unconscious": (
        "{out} & {stillout} & {relative}|{they}|{self}|friend|help|found|jemand|someone|just unless joke|emotionally|asleep ~ early|years|"
        "tv|last year|laptop|phone",
        "{relative}|they|he|she|er|sie|jemand & unresponsive|not respond*|is not responding|does not respond|not reacting|will not wake*|"
        "can not ~ wake|can not be woken|not waking|no pulse|not breathing|stopped breathing|"
        "no heartbeat|cardiac arrest|lifeless|reagiert nicht*|reagiert ~ nicht|nicht ansprechbar|bewusstlos|wacht nicht*|kein puls|"
        "keinen puls|atmet nicht*|leblos|nicht ~ wach|unconscious|out cold|ohnmaechtig|heart stopped unless for school|text*|messages|email|"
        "treatment|therapy|medication|drug|cream",
        "found & floor|ground|bathroom|bed|boden & not|cold|blue|breathing|moving|nicht",
        "{relative}|he|she|er|sie & {out} & {out} unless years|last|once|as a|joking",
        "faint*|passed out|blacked out|ohnmaechtig|umgekippt & chest|heart|palpitation*|exercise|running|pregnan*|head|blood|"
        "short of breath|again|twice|second time|herz|brust unless needle|blood draw|blutabnahme|sight of|years|teen*",
        "passed out|fainted|blacked out|collapsed|zusammengebrochen|umgekippt & just|now|minutes|again|stay awake|help|gerade|eben|floor|"
        "while|hour|twice & "
        "{self}|{they}|{relative}",
    ),
    "breathing": (
        "{noair} & {self}|{they}|{relative}|blue|help|now|since|worse|lying|sharp|inhaler|words|blau|seit|sudden*|properly|chest|scared|"
        "severe|lips|morning|night unless nose|nasal*|stuffy|blocked nose|nostril|unfit|fitter|when exercising|out of shape|climb ~ stairs ~ fit|laugh*|"
        "mask|hold ~ breath|hiccup*|snor*|congest*|verstopfte|nase|exercise ~ out of shape|taking in the view|"
        "without worrying|anxiety ~ always|when i run fast",
        "can not breathe|can not breath|can not get air|keine luft|kann nicht atmen|atemnot|suffocating|ersticke unless nose|nasal|nase",
        "{lips} & {blue} & breath*|gasp*|turning|turned|cough*|{relative}|{they}|{self}|baby|atm*|{noair}|cold and unless lipstick|"
        "cold weather|pool|swim*|bruise*|raynaud*|ate blue|lollipop|eye*|eyeshadow",
        "asthma*|inhaler|puffer|wheez*|copd|nebuli*|rescue|salbutamol|ventolin|asthmaspray|spray & not helping|not help*|not work*|"
        "not doing|does nothing|useless|does not help|does not work|no relief|empty|few words|"
        "can not|ran out|run out|runs out|real bad|blue|getting worse|exhausted|hilft nicht*|wirkt nicht*|leer|keine besserung|nothing helps|no effect|still ~ breath*|"
        "every hour|attack now unless cost|prescri*|insurance|control* ~ well",
        "short of breath|breathless|shortness of breath|trouble breathing|can not breath*|atemnot|luftnot|{noair} & "
        "calf|leg|flight|surgery|chest|sharp|blood|clot|suddenly|sudden|pill|wade|ploetzlich|flug|faint*",
        "{vomitblood} & breath*|clot|chest|cup|lot",
        "barking|stridor|seal|croup|pseudokrupp|high pitched & breath*|exhaust*|blue|drool*|struggl*|rest|luft|noise",
        "drool* & fever|can not swallow|breath*|leaning forward|muffled",
        "baby|child|toddler|son|daughter|newborn|infant|kind|tochter|sohn|säugling|saeugling|kid|he|she & ribs|belly breathing|"
        "sucking in|suck in|grunting|nostrils|nasenfluegel*|breaths a minute|breathing very fast|breathing really fast|breathing so fast|"
        "pauses ~ breath*|stops breathing|stopped breathing|atempause*|einziehung*",
        "oxygen|spo2|sats|saturation|sauerstoff* & 8\\d|7\\d|6\\d|8\\d%|7\\d%",
    ),
    "heart": (
        "brustschmerz*|brustenge|brustdruck|herzschmerz* & seit|jetzt|{self}|{they}|{relative}|stark*|minute*|stunde*|arm|luft|atemnot unless muskelkater|leicht*|liebeskummer",
        "{chest} & {tight}|{pain} unless when i am anxious|when i cough|when coughing|only when|a bit|slight*|mild*|a little|muskelkater|gym|push ups|workout|muscle*|when i press|after lifting|mild heartburn|"
        "implant*|breast cancer|breastfeed*|breast feed*|breast pump|stillen|period|muskelkater|brustkrebs|x ray|surgery ~ ago|"
        "chest cold|chest hair|tattoo*|bra|nipple*|mammogra*|brustwarze*|breast lump|chest infection ~ antibiotics ~ better",
        "{chest} & {tight}|{pain} & {arm}|arm|jaw|{sweat}|{noair}",
        "left arm|jaw|linker arm|linken arm|kiefer|between ~ shoulder blades|upper back|oberbauch & {pain}|{numb}|burning|heav* & {sweat}|{noair}|tight*",
        "heart attack|herzinfarkt|cardiac arrest|herzstillstand|heartattack & having|i am having|having a|think|now|he is|she is|"
        "might be|could be|is it|feels like|symptoms now|help|gerade|glaube|bekommt|hat einen|signs of "
        "& {self}|{relative}|{they} unless at risk|ago|history|test|negative|worried about|afraid of getting|survived|"
        "recover*|family|doctor ~ said|can i ~ again|rehab*|years",
        "heartburn|indigestion|sodbrennen|gas & sweat*|clammy|arm|jaw|cold sweat|shoulder blades|breath*|worse ~ walk*|"
        "schwitz* unless spicy|always",
        "{palpitation} & {racing} & {sweat}|{chest}|{noair}|hour*|{out}|faint*|not stop*|nearly|will not slow|at rest|minuten|stunde*|help unless "
        "coffee|once in a while|exercise ~ normal|pregnan*|resting|jogging|during exercise|max",
        "grabbing|clutching|holding|fasst & chest|brust & {they}|{relative}",
        "pacemaker|defibrillator|icd|schrittmacher & shock*|fired|went off|faint*|keeps shocking|dizzy unless code",
        "{chest} & can not move|crushed|kicked|hit|stabbed|hit by & {noair}|{pain}|hurts & {noair}|blood|collaps*",
    ),
    "meningitis": (
        "{fever} & {neck}|light unless sore throat ~ mild",
        "{neck} & {fever}|{light}|{confused}|{rash} unless computer|slept wrong|work|pillow|massage|exercis*",
        "{petechiae} & {rash} unless old age|elderly skin|acne|after exercise ~ bruise|scrape|hit",
        "{fever} & {light} & headache*|neck|{confused}|{vomit}",
        "{fever} & headache*|kopfschmerz* & {confused}|{vomit} & {confused}|neck|nacken*|rash|light|{bad}",
    ),
    "seizure": (
        "{fit} & {they}|{relative}|{self}|baby|minutes|first|again|second|back to back|now|stopping|help|still|pregnan*|jemand|"
        "gerade|minuten unless years ago|last year|once|medication ~ dose|in dogs|controlled|drive|driving|licence|license|"
        "movie|film|"
        "fit and healthy|get fit|keep fit|stay fit|fit person|muscle twitch*|eyelid twitch*|eye twitch*|twitching eye*|free for",
        "epilep* & seizing|back to back|not stop*|does not stop|minutes|again and again|second one|another one|"
        "cluster|status|hoert nicht auf unless what ~ status|management",
        "body|eyes|arms|koerper|augen & jerking|convuls*|rolled back|stiff and|shaking uncontrol*|zuckt|verdreht & "
        "{they}|{relative}|not respond*|{self}",
    ),
    "head_injury": (
        "{fell} & {skull} & {headsign} unless helmet ~ buy|years ago|blood pressure",
        "knocked out|concussion|gehirnerschuetterung & {headsign}|keeps|repeat*|again|worse|{vomit}|{confused} unless weeks off|krankgeschrieben|"
        "return to sport",
        "head|kopf & {fell} & {out}|knocked out|{vomit}|{confused}|baby|infant|month* old|blood thinner*|warfarin|bewusstlos",
        "clear fluid|fluid|watery|fluessigkeit & ear|nose|ohr|nase & {fell}|crash|head|kopf unless runny nose|cold",
        "hit ~ head|bumped ~ head|head ~ hit|fell on ~ head|kopf gestossen & {headsign}|sleepy|headache* ~ worse|weird|vomit*|dizzy|"
        "blurr*|confus*|muede",
    ),
    "bleeding": (
        "{bleeding} & {spurt} & {self}|{they}|{relative}|{cut}|minutes|nose*|pressure|wound|everywhere|leg|arm|hand|finger|head|neck unless "
        "period|periode|blood pressure|blood test|heavier than usual|gums|regelblutung|money|menstrua*",
        "{bleeding} & will not stop|not stop|not stopping|does not stop|hoert nicht auf|hoert ~ nicht auf|nicht ~ stillen|after ~ minutes|since ~ hour*|"
        "for ~ hour*|keeps coming|squirting|spurting|gushing|"
        "4\\d minutes|3\\d minutes|2\\d minutes|spritzt unless hiccup*|gums ~ brush*",
        "period|tampon|pad|vagina* & soak* ~ hour|every hour|every half hour|clots ~ size|faint*|dizzy ~ bleed*|flooding",
        "{vomitblood} unless pink toothpaste|nose bleed earlier|for years",
        "{tarry} unless iron tablet*|bismuth|pepto|beetroot|blueberr*",
        "cut|chopped|sawed|sliced|ripped|torn|bitten|severed|abgeschnitten|abgetrennt|abgehackt|abgesaegt & off & finger|thumb|toe|hand|"
        "ear|arm|leg|tip|daumen|foot unless cut off ~ sugar|nail|cut off date",
        "amputat*|abgetrennt|abgehackt|severed|abgesaegt|kettensaege|kreissaege|chainsaw|chain saw|table saw & "
        "finger*|thumb|toe|hand|leg|arm|bein|daumen|foot unless diabetes|phantom|prosthe*|rehab*|years ago",
        "gesaegt|geschnitten|slashed|stabbed|deep cut|cut ~ deep*|deep|slit & blut*|blood|bleed*|bone|fat|artery|tief|wrist|thigh|neck unless paper cut",
        "artery|arterie|arterial|jugular|schlagader & cut|sever*|nick*|spurt*|slic*|bleed*|blood|hit|verletzt|blut* unless clogged|disease|blockage|pressure",
        "stabbed|shot|gunshot|niedergestochen|angeschossen|stab wound|messerstich*|bullet & {self}|{relative}|{they}|belly|chest|"
        "stomach|leg|back|bauch unless flu shot|flu|vaccine*|vaccin*|tetanus|covid|insulin|booster|allergy|shot glass|cortisone|b12|shots|movie|"
        "in the arm ~ sore",
        "nosebleed*|nose bleed*|nasenbluten & blood thinner*|warfarin|minutes|hour*|not stop*|will not|eliquis|marcumar|stunde*|"
        "minuten & 2\\d|3\\d|4\\d|5\\d|hour*|blood thinner*|will not|not stop*|warfarin|stunde* unless what causes",
        "blood|blut & everywhere|ueberall|pool of|pouring|stroemt & {self}|{they}|{relative}|cut|knife|hand|head|help|kollege",
        "cough*|hust* & blood|blut & lots|lot|bright|cup*|breath*|clots|mouthful|viel|hell*",
    ),
    "torsion": (
        "{testicle} & {pain}|swollen|geschwollen|twist* & {sudden}|{bad}|{vomit}|swollen|one|left|right|kicked|{side}|twist*|unbearable "
        "unless dull ache ~ weeks|basketball|football|tennis|eye|ball of|foot|feet|peanut*|allerg*|vasectomy ~ years|"
        "months|for weeks|seit wochen|seit monaten|nuts ~ healthy|after sex|play|ate|eat*",
    ),
    "sepsis": (
        "{fever}|infection|infected|infektion|entzuendung|pneumonia|uti|wound|wunde & {chills} & {confused}|mottl*|breath*|cold hands|"
        "heart racing|racing heart|feel like dying|not peed|awful|streak*|streifen|strich|low blood pressure|chemo*|neutropen*|atmet|kalte haende|marmoriert*|"
        "never felt so|pass out|{sweat}|transplant*|spleen",
        "{fever} & chemo*|neutropen*|transplant*|no spleen|immunosuppress*|immunsuppr*|leukemi*|leukaemie unless before chemo",
        "red|rote* & streak*|line|streaks|streifen|strich|spreading & wound|cut|arm|leg|bite|wunde|fever|hand|foot|finger|arm & "
        "{self}|{they}|{relative}|fever|wound unless eye*|lipstick|nail|hair|subway|stretch marks|mole",
        "sepsis|septic|blutvergiftung|blood poisoning & {they}|{relative}|{self}|think & think|signs|now|fever|streak*|confus*|could|maybe|"
        "might|glaube|verdacht|has unless recover*|months|ago|history|survived|how common",
        "schuettelfrost|shaking chills|rigors & {confused}|atmet|breathing|breath*|fever|fieber|hohes|cold|kalt* & "
        "{confused}|atmet ~ schnell|breathing ~ fast|breath*|mottled|blass|faint*|awful",
        "flesh|skin|wound|wunde & rotting|spreading fast|spreading quickly|black and|necroti*|turning black|crackl* & {pain}|fever|smell*|fast|{bad}",
        "uti|urinary|infection|pneumonia|infected|harnwegs* & {confused} & {fever}|cold|breath*|fast|today|since|now|suddenly|granny|"
        "grandma|mother|father|drowsy|shiver*",
    ),
    "diabetes": (
        "{sugar} & {sugarsign} & {confused}|{out}|{fit}|{vomit}|ketone*|fruity|acetone|nail polish|nail varnish|aceton*|"
        "breathing ~ deep|breathing ~ fast|deep breathing|breath smell*|uebel|kann nicht schlucken|can not swallow|shak*|sweat*|"
        "unconscious|atme* ~ tief|zitter*|schwitz*|slurr*|faint*|erbricht|drunk|schlaefrig unless why do i ~ after meals|"
        "cup of|recipe|do ketones|keto diet|ketogenic",
        "blood sugar|blood glucose|glucose|sugar|blutzucker|bg|zucker & 2\\d|3\\d|4\\d|1\\.\\d|2\\.\\d|under 50|under 40|below 50|below 40|"
        "unter 40|unter 50|[4-9]\\d\\d|1\\d\\d\\d|reads hi|reading hi|over 500|says hi|hi on the meter & {self}|{they}|{relative}|now|and|with|help unless "
        "grams|gram|diet|per day|hba1c|a1c|year old|what does",
        "insulin|hypo* & {out}|can not swallow|{fit}|will not wake|unresponsive|can not wake",
        "ketoacido*|dka & think|having|again|now|vomit*|i am|she is|he is",
    ),
    "heat": (
        "{hotday} & {confused}|{out}|{fit}|stopped sweating|hot ~ dry|dry ~ hot|limp|unresponsive|41|{vomit} ~ confused|nonsense|red|"
        "not ~ sweating|verwirrt|104|105|106|40 degree*|staggering & "
        "{relative}|{they}|{self}|roofer|worker|runner|ran|marathon|player|skin|hot|hours|hour|hitze unless sex|stroke ~ prevent",
        "heat stroke|heatstroke|hitzschlag|sunstroke|sonnenstich & {relative}|{they}|{self}|think|has|help unless prevent|avoid|what",
        "left|locked|forgot* & car|auto & {relative}|baby|dog|hot|heat|hour*|limp|red unless keys|phone|bag|wallet|dog",
    ),
    "cold": (
        "{frozen} & {confused}|{out}|slurr*|stopped shivering|not shivering|stiff|unresponsive|blue|drowsy|lallt|verwirrt|"
        "white ~ hard|black|frostbit* unless ice cream|ice pack|what are",
        "frostbit*|erfrier* & black|blister*|hard|numb|white|schwarz|can not feel & {self}|{they}|{relative}|fingers|toes",
    ),
    "electric": (
        "{shock} & {self}|{they}|{relative}|heart|burn*|herz|ground|passed out|numb|tingl*|chest|unconscious|baby|hand|bekommen|hit by|struck by|was hit unless long term|"
        "culture shock|sticker|price|static|shocked by ~ news|tire|septic|toxic shock|anaphyla*|signs of shock|insulin shock ~ what|plug it|"
        "charge*|cover|treatment|therapy|ect",
    ),
    "drowning": (
        "{underwater} & pulled|under|cough*|not breath*|blue|swallow*|inhaled|found|sleepy|drown*|foam*|{out}|{noair}|face down|vomit*|"
        "ertrunken|bewusstlos|hustet|nicht ~ atm*|lag & {relative}|{they}|{self} & cough*|breath*|sleepy|blue|under|found|pulled|"
        "{out}|{noair}|face down|inhaled|foam*|vomit*|hustet|drown*|ertrunken unless drown ~ sorrow*|swimming ~ ear|chlorine smell|learn",
    ),
    "burn": (
        "{burned} & {badburn} & spill*|splash*|poured|fell|pulled|caught|fire|on my|on his|on her|all over|over|just|hot|"
        "electric*|skin|blister*|peel*|clothes|gekippt|ueber|verbrueht|verbrannt|kochend*|heiss*|scald*|steam|exploded|"
        "third degree|stove|touched|boiling unless sunburn*|tongue|sonnenbrand|heartburn|sodbrennen|"
        "burn* when i pee|burning when|pee|urin*|calorie*|burn fat|burn off|burnout|burn out|"
        "razor burn|small burn|tiny|slightly|iron deficiency|urine|candle|minor",
        "caught fire|on fire|set ~ on fire|explosion|explodiert|in flammen|third degree|house fire|smoke & {self}|{they}|{relative}|skin|face|arms|clothes|hair|"
        "cough*|soot unless feels like|like it is on fire|quit smok*|smoker*|second hand|cigarette*|smoke weed",
        "chemical*|acid|lye|saeure|lauge & burn*|skin|spill*|on my|on his|on her|splash*|haut|verätz*|veraetz* & {self}|{they}|{relative}|hand|arm|face|leg "
        "unless reflux|stomach acid|peel ~ salon|uric|folic|hyaluronic|salicylic|acid reflux|cream|magensaeure|folsaeure|skin care|skincare|harnsaeure",
    ),
    "injury": (
        "{crash} & {crippled} & {relative}|{they}|{self}|neck|legs|back|help|someone unless years|last year|insurance",
        "bone*|knochen & sticking out|through ~ skin|out of|is out|came out|out|visible|see the bone|poking|schaut ~ raus|exposed|ragt|guckt",
        "{fell}|accident|lifting|crash & can not feel ~ legs|can not move ~ legs|legs ~ numb|paralyzed|can not move|beine nicht|nicht bewegen|nicht spueren|beine nicht ~ spueren|nicht mehr bewegen",
        "impaled|run over|crushed|trapped under|hit by a ~ car|hit by a truck|ueberfahren|aufgespiesst|eingeklemmt & {self}|{they}|{relative}|leg|hand|chest|"
        "help|pinned",
        "motorrad*|motorcycle|car|bike & unfall|accident|crash|wreck & liegt|lying|not moving|hurts|bleed*|blood|neck|bewegt|"
        "unconscious|trapped|leg|belly unless years|last year|insurance|months",
        "hip|thigh|leg|huefte|oma|grandma & {fell} & shorter|turned out|can not stand|can not ~ get up|can not ~ move|floor|"
        "kann nicht aufstehen|wrong angle|bent",
        "hip|leg|ankle|arm|knee|elbow|wrist|bein|arm & wrong angle|bent ~ wrong|deformed|twisted ~ wrong|dangling|pointing ~ wrong|"
        "no pulse|white foot",
    ),
    "abdomen": (
        "{belly} & {pain}|{tight} & {rigid} & {bad}|{rigid} & fever*|fieber|rigid|hard|board|hart|bretthart*|can not|stand|walk|"
        "faint*|green|gas|tearing|ripping|aneurysm*|shoulder|doubled|dizzy|pale|blood|lower right|sweat*|rechts|curled unless "
        "beans|mild|period|hangover|years|gas after|lactose",
        "lower right|right lower|right side|rechter unterbauch|rechts unten|rechten unterbauch|appendi*|blinddarm & {pain}|hurts & "
        "fever|{vomit}|worse|severe|can not|walk|sharp|fieber|uebel*|stark*|bad|jump* unless removed|out years|surgery|weeks ago|function",
        "aneurysm*|aorta|aortic|aortenaneurysma & {pain}|{bad}|dizzy|faint*|tearing unless screening|size|follow up|operation",
        "belly|bauch*|stomach & hard as|bretthart*|rock hard|rigid|board & {pain}|{vomit}|can not|fieber|fever|gas",
        "tearing|ripping|zerreiss* & shoulder blade*|back|chest|belly|ruecken|brust & pain|hurt*|schmerz*",
        "hernia|leistenbruch & {bad}|can not push|hard|{vomit}|purple|blue|stuck unless surgery ~ when",
        "vomit*|erbr* & green|bile|feces|stool|kot|galle & {belly}|baby|can not|swollen|gas|pain",
        "{belly} & {pain} & worst|unbearabl*|excruciating|severe|unertraeglich*|heftig*|agony|screaming|starke & {vomit}|{out}|"
        "sudden*|{bleeding}|can not|ploetzlich*|fever unless period|mild",
    ),
    "spine": (
        "{saddle} & {cripple} unless postpartum ~ months|prostate|uti|cold seat|bike saddle|after cycling|years",
        "both legs|beide beine|legs & weak*|numb*|taub|can not move|gelaehmt|giving way & back|sudden*|since|pee|bladder|ruecken|blase unless ms|"
        "for years|asleep",
    ),
    "bite": (
        "{bitten} & {beast} unless battery|slight*|bits|bat and|softball|years ago|what happens|no symptom",
        "snake*|rattlesnake|schlange|scorpion|kreuzotter|viper & {self}|{they}|{relative}|swell*|ankle|hand|foot & bit*|stung|fang*|biss|gebissen|swell*",
        "dog|hund|cat & bit|bitten|gebissen|attacked|mauled & face|neck|throat|deep|bleed*|bone|gesicht|baby|hals|child|kind|stray|rabid",
    ),
    "limb": (
        "leg|foot|arm|hand|toes|fingers|bein|fuss|finger|zehen & {coldlimb} & {coldlimb} & {pain} & {sudden}|{bad}|cast|gips|"
        "no feeling|no pulse|unbearable unless raynaud*|winter|frost",
        "cast|gips|plaster|splint & unbearabl*|numb*|blue|worse|can not move|cold|taub|blau|swollen|pain* & {pain}|fingers|toes|finger|zehen & "
        "numb*|blue|unbearabl*|cold|taub|blau|can not",
        "calf|wade|leg|bein & swollen|geschwollen|dick|red|hot & {noair}|chest",
    ),
    "confusion": (
        "{confused} & {relative}|{they} & {sudden}|since|yesterday|fever|now|new|seit|heute|gestern|overnight|fell|breath*|"
        "afternoon|morning unless teen sleeping|"
        "dementia|demenz|for months|for years|lately|over the past|past year|chapter|confused about|newborn sleep*|baby sleep*|"
        "instruction*|dose|sleeps ~ night|toddler|nap|sleepy after|sleepy all|after lunch",
    ),
}  # fmt: skip

# Asking for means is telling of an intention, however it is asked.
MEANS: tuple[str, ...] = (
    "tie ~ noose|make ~ noose|how ~ hang yourself|how ~ hang myself|suicide methods|way* to commit suicide|how ~ commit suicide|how ~ kill myself|wie ~ bringe ich mich um",
    "quickest|fastest|easiest|painless*|best|peaceful|least painful|without pain|schmerzlos*|schnellste* & "
    "to die|way to die|ways to die|way to go|kill yourself|suicide|end ~ life|sterben|umbringen|kill myself|overdose",
    "enough|how many|how much|wie viele|wieviel* & {drug} & to die|kill|not wake|never wake|fatal|lethal|deadly|overdose|sterben|"
    "nicht mehr aufwach*|toedlich & {self}|it take|to not|enough|would|do i|would i|need",
)

IDIOMS = (
    "dying to|dying for a|dying of laughter|dying of curiosity|dying laughing|died laughing|died of laughter|nearly died laughing|"
    "dead tired|dead on my feet|"
    "to die for|kill for|kill a fever|kill ~ time|killing time|kill the mood|kill bacteria|kill germs|kill ~ bugs|kill lice|"
    "kill ~ virus*|kill the pain|kill a cold|kill cancer|"
    "killed it|phone died|phone is dead|laptop died|battery died|car died|die hard|drop dead|"
    "gives me a heart attack|gave me a heart attack|give me a heart attack|nearly had a heart attack when|"
    "almost had a heart attack when|nearly gave me a heart attack|had a heart attack when i saw|"
    "gave me a stroke|give me a stroke|gives me a stroke|stroke of luck|stroke of genius|having a stroke reading|"
    "bleeding money|bleeding edge|bleeding obvious|bleeding heart|"
    "made me choke|choked up|choke on the price|headache of a|pain in the ass|pain in the neck|pain in the butt|"
    "breathtaking|takes my breath away|took my breath away|waiting to exhale|room to breathe|"
    "time to breathe|no time to breathe|can not breathe in these jeans|burning question|burning calories|burn calories|heart broken|"
    "heartbroken|broke my heart|breaks my heart|heart goes out|sick of|sick and tired|shoot me|shoot an email|"
    "shot in the dark|jump the gun|kicked the bucket|blind date|blind spot|lost sight of|out of breath from laughing|"
    "sterbe vor|sterbe fast vor|koennte ~ umbringen|bringt mich um|bringen mich noch um|bringt mich noch um|umbringen ~ so viel|"
    "totmuede|todmuede|tot umfallen|totlachen|kaputtlachen|kills me|killing me|kill me now|is killing|are killing|will be the death|"
    "slept like the dead|scared to death|bored to death|worried to death|worried sick|tickled to death|working myself to death|"
    "freezing to death|starving|dead inside the office|dying inside from cringe|hit ~ gym|seizure inducing|seizure warning|"
    "panic attack ~ price|overdosing on netflix|overdosed on chocolate|overdosed on cute|nach luft schnappen bei|"
    "brain fart|drowning in ~ work|drowning in work|drowning in emails|drowning in paperwork|drowning in debt|drowning in homework|"
    "suffocating ~ relationship|allergic to ~ mornings|allergic to work|allergic to bullshit|"
    "my heart skipped ~ when i saw|poisoned ~ against|toxic ~ relationship|toxic boss|toxic workplace"
)  # fmt: skip


@cache
def compiled() -> dict[str, list[tuple[list[str], str | None]]]:
    """Return every rule as what it needs and what must not be there."""
    return {kind: [_parted(rule) for rule in rules] for kind, rules in RULES.items()}


@cache
def means() -> list[tuple[list[str], str | None]]:
    """Return the rules for questions that nobody asks who does not mean it."""
    return [_parted(rule) for rule in MEANS]


def _parted(rule: str) -> tuple[list[str], str | None]:
    parts = [part.partition(" unless ") for part in rule.split(" & ")]
    never = "|".join(unless.strip() for _, _, unless in parts if unless)
    return [need.strip() for need, _, _ in parts], never or None
