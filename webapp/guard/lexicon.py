"""Ideas and the words that people have for them, in English and German, as `words.normal` writes them.

In an entry `|` parts wordings, `*` stands for any ending, `~` for up to three words between, and `{name}` for another
entry's wordings.
"""

import re
from functools import cache, lru_cache

from webapp.ai import minilm
from webapp.ai.errors import ModelMissing

LEAST = 5

IDEAS = {
    # Who
    "relative": "mother|father|dad*|mommy|mummy|husband|wife|son|daughter|brother|sister|baby|babies|child|kid*|toddler|"
    "grandma|grandpa|grandmother|grandfather|granny|gran|nan|nana|grandad|granddad|uncle|aunt*|cousin|friend|mate|buddy|"
    "partner|boyfriend|girlfriend|bf|gf|hubby|neighbo*|roommate|flatmate|coworker|co worker|colleague|boss|teacher|"
    "patient|newborn|infant|niece|nephew|grandson|granddaughter|fiance*|boy|girl|man|woman|guy|lady|teen*|student|"
    "mutter|vater|mann|frau|sohn|tochter|bruder|schwester|kind|oma|opa|baby|kollege*|kollegin|freund*|nachbar*|tante|"
    "onkel|grossmutter|grossvater|saeugling*|kleinkind|enkel*|mitbewohner*|partner*|junge|maedchen|schwiegermutter|"
    "schwiegervater|little one|lo|stepdad|stepmom|mil|fil|someone|somebody|jemand|passenger|guest|customer|classmate",
    "self": "i|my|me|mine|myself|our|we|us|ich|mein*|mir|mich|wir|uns|unser*",
    "they": "he|she|him|his|her|hers|they|them|their|er|sie|ihm|ihn|ihr*|sein|seine*",
    # Body and complaint
    "chest": "chest|brustschmerz*|brustenge|sternum|breastbone|breast bone|rib cage|brust|brustkorb|brustbein|herzgegend|brustbereich|thorax",
    "pain": "pain*|hurt*|ach*|agony|sore|cramp*|stabbing|throbbing|killing|excruciat*|schmerz*|bauchschmerz*|kopfschmerz*|hodenschmerz*|brustschmerz*|unterleibsschmerz*|augenschmerz*|rueckenschmerz*|unterbauchschmerz*|weh|tut weh|stech*|sticht|"
    "kraempf*|zieh*",
    "bad": "severe*|extreme*|terribl*|horribl*|awful*|unbearabl*|excruciat*|worst|intense|agony|bad|really bad|so much|"
    "insane*|crazy|massive|violent|intens*|stark*|heftig*|schlimm*|extrem*|unertraeglich*|hoellisch*|wahnsinnig*|"
    "like hell|screaming|worse|getting worse|10/10|9/10|cannot stand|can not stand|can not move|doubled over|sharp|acute",
    "sudden": "sudden*|all of a sudden|out of nowhere|abrupt*|out of the blue|instantly|within seconds|within minutes|"
    "just now|woke up|this morning|minutes ago|hour ago|hours ago|in seconds|thunderclap|ploetzlich*|auf einmal|"
    "schlagartig*|von jetzt auf gleich|gerade eben|seit heute|seit eben|seit einer stunde|aufgewacht|today|tonight|"
    "heute|since ~ hour*|since breakfast|since lunch|right now|started|start|seit ~ stunde*|seit ~ minute*|minutes|just",
    "tight": "tight*|pressure|squeez*|crush*|heav*|elephant|weight|sitting on|burning|vice|vise|band|constrict*|pressing|"
    "stabbing|discomfort|druck|drueck*|eng*|brenn*|beklemm*|zusammengeschnuert|zerdrueckt|last",
    "arm": "arm|arms|jaw|shoulder blade*|shoulder*|kiefer|schulter*|arme",
    "sweat": "sweat*|clammy|cold sweat|nause*|sick|vomit*|throwing up|throw up|threw up|faint*|dizzy|light headed|"
    "lightheaded|pale|grey|gray|ashen|short of breath|can not breath*|schwitz*|kaltschweiss*|schweiss*|uebel*|blass|"
    "schwindlig|schwindel*|kotz*|erbrech*|erbricht|radiat*|breathless|collapsed|pass out|passing out",
    "vomit": "vomit*|throw up|throwing up|threw up|throws up|thrown up|throwing ~ up|puke*|puking|being sick|been sick|was sick|"
    "erbrech*|erbricht|erbrochen|kotzt|kotze*|uebergeb*|uebergibt|spuckt",
    "breath": "breath|breathe|breathes|breathing|air|atm*|luft|atem*",
    "noair": "can not ~ breath*|can not ~ get ~ air|can not ~ get ~ breath|can not ~ catch ~ breath|could not breath*|"
    "not ~ breathing|not ~ breathe|no air|not breath*|"
    "stopped breathing|hardly breath*|barely breath*|struggl* ~ breath*|struggl* ~ air|fighting ~ breath*|"
    "trouble ~ breathing|trouble ~ breath*|difficult* ~ breath*|hard ~ to breathe|hard time breath*|"
    "gasp*|short* of breath|out of breath|"
    "breathless*|suffocat*|shortness of breath|breath* ~ difficult*|breath* ~ trouble|problem* ~ breath*|"
    "keine luft|kaum luft|kaum noch luft|schlecht luft|wenig luft|luftnot|atemnot|nicht ~ atmen|nicht ~ atme*|atmet nicht*|"
    "kaum ~ atmen|schwer ~ atmen|atmet ~ schwer*|"
    "erstick*|ringt ~ luft|kurzatmig|atmet kaum|atmet ~ komisch|japst|schnappt nach luft|kriegt ~ keine luft|no oxygen|"
    "oxygen ~ 8*|spo2 ~ 8*|sats ~ 8*|breathing ~ funny|breathing ~ weird|breathing ~ really fast|breathing ~ so fast|"
    "weird noise ~ breath*|"
    "breathing very fast|breathing very hard|sucking ~ in|suck in|nostrils flar*|nasenfluegel*|grunting|stridor|"
    "can only ~ few words|only say ~ words|can not ~ finish ~ sentence*|can not ~ speak ~ sentence*|can not talk",
    "blue": "blue|bluish|grey|gray|purple|turning white|blau|bläulich|blaeulich|grau|cyano*",
    "lips": "lip|lips|lippe*|mouth|mund|fingertip*|fingernail*|face|gesicht|nails",
    "numb": "numb*|weak*|paraly*|can not move|can not ~ move|can not lift|can not ~ lift|can not ~ raise|limp|not moving|tingl*|"
    "heavy|will not move|no feeling|no strength|dead|droop*|can not feel|can not ~ feel|can not ~ hold|dropping things|"
    "keeps dropping|drag*|"
    "taub*|gelaehm*|laehm*|schwach|schwaeche|kraftlos|keine kraft|kribbel*|nicht ~ bewegen|nicht ~ heben|haengt|"
    "haengen*|schlaff|pelzig|nicht ~ halten|kein gefuehl",
    "side": "one side|left side|right side|1 side|half|left|right|one arm|one leg|one hand|side of|eine seite|linke*|rechte*|"
    "halbseit*|einseit*|haelfte|other side|rechts|links",
    "limb": "arm|arms|hand|leg|legs|face|body|mouth|smile|foot|side|bein*|arm|hand|gesicht*|mund*|mundwinkel|koerper*",
    "speech": "speech|speak*|talk*|words|word|say|says|saying|sentence*|sprech*|spricht|sprache|reden|redet|worte|woerter|"
    "lall*|nuschel*",
    "garbled": "slur*|gibberish|jumbl*|garbl*|mumbl*|nonsense|funny|wrong|confus*|can not|mixed up|drunk|not making sense|"
    "does not make sense|make no sense|makes no sense|not make sense|weird*|strange*|undeutlich|verwaschen*|nicht mehr|"
    "nicht ~ richtig|wirr*|lall*|unverstaendlich|komisch|durcheinander|not ~ properly|not ~ right|lost|scrambl*|incoherent*",
    "confused": "confus*|disorient*|delirious|not making sense|does not know where|does not know who|does not recogni*|"
    "not recogni*|talking nonsense|talking rubbish|incoherent|out of it|not himself|not herself|not making any sense|"
    "verwirrt|desorientiert|durcheinander|weiss nicht ~ wo|erkennt ~ nicht|redet wirr|benommen|halluc*|halluz*|"
    "drowsy|letharg*|hard to wake|difficult to wake|barely awake|very sleepy|sleepy|can not stay awake|schlaefrig|"
    "apathisch|teilnahmslos|unresponsive|not responding|floppy|limp|asking ~ same question*|"
    "schwer ~ weckbar|kaum wach|kaum ~ zu wecken|barely wakes|not waking|will not wake*|groggy|keeps falling asleep",
    "head": "headache*|head ache|head pain*|head hurts|my head|head|migraine|kopfschmerz*|kopfweh|kopf|schaedel|skull",
    "worst": "worst|thunderclap|explo*|never ~ like this|never ~ this bad|never had|unlike any|split* ~ open|"
    "hit ~ with a bat|hit by ~ bat|like ~ hammer|struck by lightning|lightning|schlimmste*|vernichtend*|wie nie|noch nie|"
    "donnerschlag|explodier*|zerspring*|platzt|burst*|popped|pop in|sudden ~ severe|sudden ~ extreme|sudden ~ massive|"
    "severe ~ sudden*|suddenly ~ terrible|ploetzlich ~ stark*|ploetzlich ~ extrem*|schlagartig*",
    "neck": "stiff neck|neck ~ stiff|neck is stiff|neck stiffness|neck pain|neck hurts|neck ~ hurts|can not ~ chin|"
    "can not bend ~ neck|can not ~ neck|chin to ~ chest|can not touch chin|"
    "nacken*|genick*|steifer hals|steifen nacken",
    "fever": "fever*|temperature|burning up|burning hot|hot|high temp*|fieber*|febrile|38*|39*|40.[0-9]|40 degree*|40 grad|41*|41 degree*|100.[4-9]|101*|102*|103*|104*|105*|"
    "temperatur|shiver*|chills|rigors|feels hot|glueht|heiss",
    "swollen": "swell*|swollen|swole*|puff*|closing|closed|close up|closes|tight*|fat|bigger|itch*|lump|geschwollen|schwill*|"
    "schwell*|angeschwollen|dick|zu|eng|zugeschwollen|schwoll*|blowing up|ballooning|huge|thick|double the size",
    "airway": "throat|tongue|lips|lip|face|airway|neck|mouth|eyes|hals|zunge|lippe*|gesicht|rachen|kehle",
    "hives": "hives|rash|welts|itch*|red spots|blotch*|nesselsucht|ausschlag|quaddeln|juck*|red all over|swell*|swollen",
    "trigger": "peanut*|nut|nuts|cashew*|almond*|walnut*|shellfish|shrimp*|prawn*|lobster|crab|egg*|sesame|milk|strawberr*|kiwi|"
    "bee|wasp|hornet|sting|stung|bitten|insect|antibiotic*|penicillin|amoxicillin|ibuprofen|aspirin|latex|allerg*|vaccine|"
    "vaccination|shot|injection|nuss*|nuesse|erdnuss*|haselnuss*|wespe*|wespenstich|biene*|bienenstich|"
    "gestochen|antibiotik*|impfung|spritze|medikament|ate|eating|eaten|gegessen|new medicine|new medication|contrast dye|"
    "fish|soy|hymenoptera|fire ant*|garnele*|krabbe*|tablette",
    # Poison
    "took": "took|take|taken|taking|swallow*|ate|eaten|eat|drank|drunk|drink|drinking|ingest*|got into|get into|chew*|gave|overdos*|od|"
    "od'd|odd|injected|inhal*|sniff*|licked|popped|downed|mixed|had|"
    "genommen|geschluckt|verschluckt|gegessen|getrunken|eingenommen|geschluckt|trank|nahm|isst|gespritzt|"
    "eingeatmet|schluckt",
    "toxic": "bleach|drain cleaner|toilet cleaner|oven cleaner|cleaner|cleaning *|detergent|dishwasher *|laundry pod*|tide pod*|pod|"
    "antifreeze|rat poison|pesticide*|weed killer|weedkiller|insecticide|gasoline|petrol|kerosene|lamp oil|paint thinner|"
    "turpentine|nail polish remover|acetone|button battery|battery|batteries|magnet|magnets|poison*|acid|lye|ammonia|"
    "mushroom*|toadstool|berries|foxglove|oleander|methanol|hand sanitizer|essential oil|nicotine liquid|vape liquid|"
    "vape juice|e liquid|cigarette*|mothball*|iron pills|"
    "putzmittel|reiniger|abflussreiniger|rohrreiniger|spuelmaschinentab*|spuelmittel|waschmittel|waschpulver|entkalker|"
    "frostschutz*|rattengift|gift|giftig*|knopfzelle*|knopfbatterie*|batterie|pilze|lampenoel|bleichmittel|"
    "benzin|chlorreiniger|weichspueler|tollkirsche*|eisenhut|zigarette*|desinfektionsmittel|drano|lysol|windex|"
    "chemical*|solvent|fertilizer|duenger",
    "drug": "pill|pills|tablet*|paracetamol|acetaminophen|tylenol|ibuprofen|advil|aspirin|sleeping *|xanax|valium|benzo*|"
    "antidepressant*|medication*|medicine*|meds|med|insulin|opioid*|fentanyl|heroin|oxy*|morphine|methadone|cocaine|mdma|"
    "ecstasy|molly|ghb|ketamine|lsd|meth|speed|adderall|ritalin|metformin|warfarin|digoxin|beta blocker*|"
    "blood pressure *|heart pills|"
    "painkiller*|pain killer*|capsules|iron|vitamins|edibles|gummies|weed|tablette*|pille*|schlaftablette*|schlafmittel|"
    "medikament*|tropfen|drogen|lithium|codeine|tramadol|gabapentin|amitriptyline|cough syrup|benadryl|drugs|bars|percs",
    "toomuch": "whole ~ bottle|entire ~ bottle|bottle of|whole pack*|whole box|whole strip|full bottle|handful*|all ~ pills|all my|all her|"
    "all his|all of ~ pills|all the|too many|too much|way too|"
    "someone else|not mine|not prescribed|weeks worth|days worth|worth of|overdos*|od'd|od ed|oded|a lot of|lots of|bunch of|[1-9]\\d|twice|double|triple|three times|unknown amount|"
    "every single|every last|every ~ in the house|dozen*|twenty|thirty|forty|fifty|sixty|hundred*|zwanzig|dreissig|vierzig|fuenfzig|"
    "do not know how many|not know how many|extra|instead of|by accident|by mistake|accident*|mistake*|wrong|several|many|"
    "zu viel*|zuviel*|ueberdosis|ueberdosier*|ganze packung|ganze schachtel|alle tabletten|aus versehen|versehentlich|doppelt*|"
    "statt|handvoll|packung|eine menge|mehrere|viele|half the|the rest of",
    # Self-harm and violence
    "kin": "mother|father|brother|sister|wife|husband|baby|kid*|child*|son|daughter|boss|neighbo*|family|girlfriend|boyfriend|"
    "someone|somebody|people|him|her|them|everyone|roommate|teacher|classmate*|coworker*|ex|you|frau|mann|mutter|vater|"
    "bruder|schwester|kind*|chef|nachbar*|familie|jemand*|leute|freund*|ihn|sie|alle",
    # Pregnancy and the very young
    "pregnant": "pregnan*|trimester|expecting|gestation|weeks along|weeks gone|schwanger*|ssw|hochschwanger|miscarr*|placenta",
    "bleeding": "bleed*|blood|bled|soak* ~ pad*|soak*|gush*|clots|hemorrhag*|haemorrhag*|blut*|spotting",
    "young": "newborn|new born|neonate|neugeboren*|[1-9] week* old|1[0-2] week* old|[1-9] weeks|1[0-2] weeks|[1-9] day* old|[1-9]\\d day* old|"
    "[1-9]\\d days old|[12] month* old|[12] months|one month old|two month* old|one month|two months|month old|[23] woche*|"
    "week old|weeks old|six weeks|six week|three week|three week old|five week|four week|eight week|ten week|"
    "\\d woche*|1[0-2] woche*|[12] monate*|"
    "zwei monate*|einen monat*|wochen alt*|tage alt*|saeugling*",
    "baby": "baby|infant|newborn|new born|neonate|bub|lo|little one|son|daughter|grandson|granddaughter|nephew|niece|"
    "saeugling|neugeboren*|sohn|tochter|kind|old|alt|alter|altes",
    "listless": "floppy|limp|will not feed|not feed*|will not eat|not eating|refus* ~ feed*|refus* ~ bottle|will not wake|will not ~ drink|"
    "hard to wake|barely wak*|letharg*|listless|no wet*|not ~ wet*|dry diaper*|dry nappy|dry nappies|sunken|fontanel*|"
    "soft spot|will not stop crying|screaming|inconsol*|wimmer*|trinkt ~ nicht*|schlapp|schlaff|apathisch|nicht ~ wach*|"
    "blue|grey|gray|pale|keine ~ windel|unresponsive|not ~ responding|drowsy|very sleepy|hard to rouse|limp|lifeless|leblos",
    # Nerves
    "fit": "seizure*|seizing|seized|convuls*|fitting|having a fit|had a fit|a fit|fits|jerking|shaking and|shaking all over|"
    "shaking uncontrol*|twitching|foam* at|foaming|eyes rolled|eyes ~ rolled|rolling back|rolled ~ back|krampft|krampfanfall|krampfen|"
    "anfall|zuckt|zuckungen|epileptisch*|schaum vor|schaum ~ mund|grand mal|stiff and shaking",
    "out": "unconscious|passed out|passes out|blacked out|collaps*|faint*|unresponsive|not respond*|does not respond|"
    "is not responding|not react*|will not wake|can not wake|not waking|does not wake|no pulse|lifeless|not moving|"
    "can not be woken|not conscious|lost consciousness|dropped to the floor|dropped to the ground|out cold|knocked out|no heartbeat|no heart beat|"
    "heart ~ stopped|cardiac arrest|"
    "bewusstlos*|ohnmaechtig|umgekippt|umgefallen|kollabiert|zusammengebrochen|nicht ansprechbar|reagiert nicht*|"
    "reagiert ~ nicht|wacht nicht*|nicht ~ wach*|leblos|kein puls|keinen puls|bewegt sich nicht*|regungslos|weggetreten|"
    "keels over|keeled over|slumped|on the floor ~ not|nicht ~ aufwecken|will not respond|stays out|never woke",
    "stillout": "not respond*|unresponsive|will not wake*|can not wake|not waking|does not wake|still|now|right now|no pulse|"
    "not breathing|reagiert|wacht nicht*|nicht wach*|what do i do|help|cpr|just|again|minutes ago|gerade|eben|jetzt|hilfe|"
    "was tun|was soll|not moving|on the floor|on the ground|blue|cold|stay awake",
    # Blood and injury
    "spurt": "spurt*|gush*|pour*|pump*|squirt*|everywhere|will not stop|not stop*|does not stop|can not stop|soaked|soaking|"
    "keeps bleeding|still bleeding|heavy|heavily|lots of|a lot|so much|nonstop|non stop|profuse*|hoert nicht auf|"
    "hoert ~ nicht|nicht ~ auf*|nicht ~ stillen|nicht ~ stoppen|stark|ueberall|spritzt|stroemt|sprudelt|massiv|"
    "pool of|through the bandage|through ~ towel*|after ~ pressure|in streams|dripping everywhere|everything ~ red",
    "cut": "cut|cuts|slashed|sliced|gash|stabbed|stab wound|gunshot|shot|severed|chopped|sawed|saw|chainsaw|knife|glass|wound*|"
    "axe|lawn mower|lawnmower|geschnitten|schnitt*|gesaegt|wunde|messer*|amputiert|abgetrennt|abgehackt|angeschossen|"
    "niedergestochen|kreissaege|kettensaege",
    "vomitblood": "vomit* ~ blood|throw* up ~ blood|threw up ~ blood|puk* ~ blood|spit* ~ up blood|cough* ~ up ~ blood|coughing ~ blood|"
    "blood ~ vomit|coffee ground*|"
    "blut erbr*|erbr* ~ blut|blut ~ erbr*|blut gespuckt|spuckt ~ blut|blut ~ gespuckt|hustet ~ blut|blut ~ hust*|bluthusten|"
    "bloody vomit|bringing up blood|kaffeesatz*|kotzt blut|blut ~ uebergeb*|hematemesis|throwing up ~ red",
    "tarry": "black ~ tar*|tar* ~ black|tarry|black ~ stool*|black ~ poo*|poo* ~ black|stool* ~ black|teerstuhl|schwarz* ~ stuhl*|"
    "stuhl* ~ schwarz*|rectal bleeding|blood ~ toilet|passing ~ clots|bloody diarrhea|"
    "lots of blood ~ stool|pooping ~ blood|pooping blood|blood pouring|viel blut ~ stuhl|lot of blood ~ bum|"
    "maroon stool*|shitting blood",
    "fell": "fell|hitting|falling|banging|bumping|crushed|fall|fallen|hit|hits|banged|bumped|dropped|landed|knocked|struck|kicked|crash*|accident|concuss*|gefallen|"
    "gestuerzt|sturz|gestossen|unfall|geknallt|aufgeschlagen|runtergefallen|head injury|blow to|smacked|slammed|whacked|"
    "thrown|tumbled|slipped|trauma",
    "skull": "head|skull|forehead|kopf|schaedel|hinterkopf|stirn|brain|temple|concussion|head first|stairs|changing table|wickeltisch",
    "headsign": "{vomit}|{confused}|{out}|{fit}|pupil*|fluid ~ ear*|fluid ~ nose|fluid|dent|blood thinner*|warfarin|eliquis|xarelto|"
    "marcumar|blutverduenner|slurr*|worse|blurr*|double vision|can not remember|does not remember|forget*|amnes*|"
    "erinnert sich nicht*|pupille*|can not walk|wobbl*|unsteady|severe headache|lopsided|raccoon|balance|seeing double|"
    "doppelbilder|fluessigkeit|schielt|sehr muede|acting strange*|acting weird",
    "crash": "car crash|car accident|motorcycle|motorbike|motorrad*|hit by a ~ car|hit by ~ truck|run over|fell from|fell off|fell out|"
    "roof|ladder|scaffold*|balcony|autounfall|verkehrsunfall|angefahren|ueberfahren|vom dach|leiter|horse|bike crash|"
    "dived|dove|diving|crash|wreck|crushed|trapped|window|tree|treppe*",
    "crippled": "can not move|can not ~ move|can not feel|can not ~ feel|not move|not moving|neck hurts|neck pain|back hurts|back pain|paraly*|"
    "trouble breathing|unconscious|bewegt sich nicht*|kann ~ nicht ~ bewegen|spuert ~ nicht*|spuere ~ nicht*|beine nicht*|"
    "bone ~ out|numb legs|legs ~ numb|blood everywhere|{out}|{noair}|screaming|liegt|pinned|stuck|belly hurts|bleeding",
    # Particular organs
    "testicle": "testic*|testis|ball|balls|nut|nuts|scrotum|ballsack|groin|hoden|hodensack|skrotum",
    "eye": "eye|eyes|auge|augen|eyeball",
    "splash": "bleach|cleaner|acid|lye|lime|kalk|cement|zement|chemical*|ammonia|chlor*|battery acid|super glue|superglue|"
    "pepper spray|detergent|paint|solvent|drain|alkali|saeure|lauge|reiniger|putzmittel|kleber|disinfectant|"
    "hot oil|hot fat|pool chemical*|peroxide|oven|vinegar|fertilizer|sekundenkleber",
    "blind": "can not see|can not ~ see|blind|lost ~ vision|lost ~ sight|loss of vision|vision loss|vision ~ gone|vision went|"
    "vision ~ black|see nothing|seeing nothing|"
    "black curtain|curtain|shadow ~ vision|shadow ~ corner|shadow ~ eye|flashes ~ float*|floaters ~ flash*|half my vision|"
    "half of my vision|everything went black|everything went dark|everything is dark|"
    "sehe ~ nichts|nichts mehr ~ sehen|auge* nichts|seh ~ nichts|blind|erblindet|vorhang|sehverlust|schwarz vor ~ auge*|lichtblitze|russregen|"
    "sehe ~ schatten|"
    "halos|double vision|seeing double|sehe ~ doppelt|doppelbilder|tunnel vision|not see|went dark|went blank|vision gone",
    "burned": "burn|burned|burnt|burns|scald*|boiling|hot water|hot oil|hot tea|hot coffee|hot soup|hot fat|hot grease|caught fire|"
    "on fire|set fire|fire|"
    "flames|explosion|exploded|verbrannt|verbrueh*|verbrennung*|kochend*|heiss* wasser|heiss* tee|heiss* oel|heissem|heissen|"
    "feuer|brennt|explodiert|steam|iron|stove|acid|chemical burn",
    "badburn": "face|hands|genital*|neck|chest|belly|all over|whole|large|blister*|peeling|peel*|charred|black|white|leather*|"
    "does not hurt|do not hurt|toddler|baby|infant|child|year old|arms|legs|back|clothes|third degree|deep|huge|"
    "gesicht|haende|bauch|brust|ganze*|blasen|haut|kind|tochter|sohn|baby|kleinkind|grossflaechig|grad|skin ~ off|"
    "scream*|can not breath*|throat|eyes|half",
    "shock": "electric shock|electrocut*|shock from|got shocked|got a shock|zapped|power line|live wire|socket|outlet|mains|"
    "struck by lightning|lightning|stromschlag|strom|steckdose|elektrischen schlag|starkstrom|blitz ~ getroffen|"
    "high voltage|hochspannung|taser|third rail|shocked by",
    "underwater": "under water|underwater|drown*|pool|lake|sea|river|bathtub|bath tub|tub|pond|ocean|ertrunken|ertrink*|badewanne|unter wasser|"
    "schwimmbad|teich|ins wasser|im see|in den see|badesee|submerged|went under|swallowed ~ water|inhaled ~ water",
    "hotday": "heat|sun|sauna|hot car|in the car|marathon|hitze|sonne|hot day|outside all day|working outside|hot tub|"
    "heatwave|heat wave|no shade|ran|running|roof*|hike|hiking|greenhouse|41 degrees|festival|warehouse|auto",
    "frozen": "snow|freez*|hypotherm*|icy|through ~ ice|ice water|frost*|schnee|erfroren|unterkuehl*|eiskalt|cold water|cold all night|outside ~ night|avalanche|lawine",
    "belly": "belly|gut|guts|side|appendix|bauch*|unterbauch|magen*|lower right|right side|flank|ribs|tummy",
    "rigid": "hard as|rigid|rock hard|board|bretthart*|hart|can not stand|can not ~ stand|can not walk|can not ~ move|doubled over|tearing|ripping|"
    "aneurysm*|aneurysma|green|pass gas|can not fart|swollen|bloated|fever*|fieber|shoulder|dizzy|faint*|pale|sweat*|"
    "nicht ~ stehen|gekruemmt|jumping|curled up|{vomitblood}|pregnan*|collaps*|zerreiss*|reissend*|vomit*",
    "saddle": "between my legs|between the legs|saddle|groin|can not pee|can not ~ pee|can not urinat*|can not ~ bladder|lost control ~ bladder|"
    "lost control ~ bowel*|wet myself|"
    "soiled|genital*|zwischen den beinen|nicht ~ pinkeln|nicht ~ wasser lassen|reithose*|blase|control of my bladder|bowel*|"
    "poop* myself|pee* myself|crotch|numb bum|numb butt|inkontinen*",
    "cripple": "legs|leg|weak*|numb*|can not walk|back pain|back|beine|taub*|rueckenschmerz*|ruecken|gelaehmt",
    "bitten": "bit|bitten|bite|bites|stung|scratched|gebissen|biss|gestochen",
    "beast": "snake*|viper|rattlesnake|cobra|adder|black widow|brown recluse|scorpion|bat|raccoon|fox|stray|rabid|schlange|"
    "kreuzotter|fledermaus|fuchs|skorpion|jellyfish|stingray|monkey|spider|wild animal|venomous",
    "coldlimb": "cold|white|pale|blue|bluish|numb*|no feeling|pulseless|no pulse|kalt|weiss|blass|blau*|taub*|grey|gray|purple",
    "chills": "shiver*|shaking chill*|chills|rigor*|schuettelfrost|mottl*|clammy|cold hands|cold skin|marmoriert*|fast breath*|"
    "breathing fast|breathing ~ fast|atmet ~ schnell|racing heart|heart ~ racing|low blood pressure|very ill|awful|not peed|has not peed|"
    "chemo*|neutropen*|transplant*|immun*|red streak*|red line*|streaks|rote* streifen|spreading|roter strich|no spleen|"
    "dialysis|{confused}",
    "sugar": "blood sugar|sugar|glucose|glycemi*|blutzucker|zucker|bg|diabet*|insulin|type 1|typ 1|hypo|ketones|ketone|dka|cgm|libre",
    "sugarsign": "{confused}|{out}|{fit}|{vomit}|ketone*|fruity|acetone|nail polish|nail varnish|aceton*|breathing ~ fast|breathing ~ deep|"
    "breath smell*|atme* ~ tief|uebel|shak*|sweat*|can not swallow|"
    "[3-9]\\d\\d|1\\d\\d\\d|2\\d|3\\d|4[0-9]|hi|reads high|zitter*|schwitz*|passed out|slurr*|deep breathing|1\\.\\d|2\\.\\d|erbricht|"
    "extra|double|twice|drunk|nause*",
    "petechiae": "not fade|not blanch|not go away|not disappear|glass test|glass|tumbler|purple|non blanching|petechi*|bruise like|pinprick*|"
    "nicht wegdruecken|glastest|punktfoermig*|einblutung*|dunkelrot*|violett*|lila|verblass* nicht|blood spots|pressed",
    "rash": "rash|spots|dots|blotches|bruis*|ausschlag|punkte|flecken|hautausschlag|patches|petechi*|marks",
    "light": "light hurts|lights hurt|light bothers|photophob*|sensitive to light|bright light*|licht*|light sensitiv*|hates the light|hates light|"
    "can not stand ~ light",
    "choke": "chok*|verschluckt|stuck in ~ throat|stuck in ~ windpipe|stuck in ~ airway|lodged|steckt ~ hals|stuck ~ throat|"
    "im hals stecken|bleibt ~ stecken|food ~ stuck|swallow* ~ coin|swallow* ~ marble|"
    "swallow* ~ toy|swallow* ~ magnet*|gagging ~ on|heimlich",
    "thing": "grape|steak|meat|food|coin|candy|sweet|nut|hot dog|toy|marble|bone|lego|apple|bread|grapes|traube|fleisch|"
    "muenze|bonbon|something|pill|balloon|pretzel|sausage|wurst|apfel|carrot|popcorn|fish bone",
    "co": "carbon monoxide|co alarm|co detector|kohlenmonoxid*|gas leak|gas smell|smell of gas|smell gas|smells ~ gas|gasgeruch|co melder|generator ~ inside|"
    "generator|grill indoors|bbq inside|exhaust|smoke inhal*|inhaled ~ smoke|rauchvergiftung|house fire",
    "palpitation": "heart|pulse|herz|puls|heartbeat|bpm|hr",
    "racing": "racing|pounding|irregular*|skipping|flutter*|1[4-9]\\d|2\\d\\d|fast|rast|rasend|stolper*|unregelmaessig|palpitation*|out of control",
}  # fmt: skip


@lru_cache(2048)
def pattern(wordings: str) -> re.Pattern[str]:
    """Return what finds any of these wordings in normal text, as whole words."""
    return re.compile(rf"(?<![^\s])(?:{_alternatives(wordings)})(?![^\s])")


def _alternatives(wordings: str) -> str:
    while "{" in wordings:
        wordings = re.sub(r"\{(\w+)\}", lambda name: IDEAS[name[1]], wordings)
    made = []
    for wording in wordings.split("|"):
        expression = wording.strip().replace(" ~ ", r"(?: [^\s.,]+){0,3} ")
        made.append(re.sub(r"(?<![\])}])\*", r"[a-z0-9.]*", expression))
    return "|".join(made)


@cache
def keywords() -> frozenset[str]:
    """Return the plain words of the lexicon, which slips are put right to."""
    return frozenset(word for word in _wordings() if word.isalpha() and len(word) >= LEAST) | _ENDED


@cache
def _wordings() -> frozenset[str]:
    return frozenset(wording for idea in IDEAS.values() for wording in idea.split("|"))


_ENDED = frozenset(
    "breathing breathe breathless vomiting swelling swollen allergic allergy unconscious bleeding pregnant seizure convulsing"
    " numbness weakness confused paralyzed suicide suicidal overdose overdosed swallowed headache testicle collapsed"
    " fainted temperature asthma wheezing choking medication antibiotics emergency ambulance stroke heart attack diabetes"
    " infection medicine pressure paracetamol ibuprofen aspirin schmerzen schwanger bewusstlos fieber atemnot schlaganfall"
    " herzinfarkt drowning electric shock stabbing bleach dizzy sudden suddenly symptoms treatment disease vaccine diarrhea"
    " pneumonia bronchitis arthritis hypertension cholesterol".split()
)


@cache
def _right() -> frozenset[str] | None:
    """Return English words that are right as they are, or None where they cannot be told from slips."""
    try:
        taught = minilm.whole_words()
    except ModelMissing:
        return None
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415  13 MB, for those who have a guard.

    english = FREQUENCY_LISTS["english_wikipedia"], FREQUENCY_LISTS["us_tv_and_film"]
    return taught.union(*english) | keywords()


@lru_cache(4096)
def known(word: str) -> bool:
    """Tell whether a word is right as it is: one of the lexicon, or with one of its stems, or any English word."""
    right = _right()
    return right is None or word in right or bool(_stems().fullmatch(word))


@cache
def _stems() -> re.Pattern[str]:
    stems = (wording[:-1] for wording in _wordings() if wording.endswith("*") and wording[:-1].isalpha())
    return re.compile(rf"(?:{'|'.join(stem for stem in stems if len(stem) >= LEAST - 1)})[a-z]*")
