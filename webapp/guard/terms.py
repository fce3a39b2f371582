"""Words that speak of health, or of something else, and the tricks that are played on an assistant. All in `plain` words."""

import re

HEALTH = re.compile(
    r"\b(?:\w{3,}(?:itis|itides|osis|oses|ectomy|otomy|ostomy|oscopy|ology ward|emia|aemia|uria|algia|pathy|plasty|plegia|paresis|penia|rrhea"
    r"|rrhoea|rrhage|oma|omas|phobia|trophy|sclerosis|dystrophy|cillin|mycin|cycline|statin|pril|sartan|olol|azole|prazole|idine|triptan"
    r"|oxetine|pram|azepam|codone|profen|caine|vir|mab|tinib|gliptin|gliflozin|glutide|entzuendung|schmerz\w*|krankheit\w*|allergie\w*|therapie\w*"
    r"|infektion\w*|medikament\w*|impfung\w*|spritze\w*|tablette\w*|syndrom\w*|karzinom\w*|krebs|salbe|chirurg\w*|beschwerden|mangel)"
    r"|health\w*|medic\w*|disease\w*|illness\w*|sick(?:ness)?|symptom\w*|syndrome\w*|disorder\w*|deficiency|treat(?:ment|ments|ed|ing)|therap\w*"
    r"|doctor\w*|physician\w*|nurse\w*|patient\w*|hospital\w*|clinic\w*|surge(?:on|ry|ries)|surgical|pharma\w*|prescri\w+|diagnos\w*|prognosis"
    r"|drug|drugs|pill|pills|tablets?|dose|doses|dosage|dosing|overdos\w*|antibiotic\w*|painkiller\w*|vaccin\w*|inject\w*|insulin|steroid\w*|hormon\w*"
    r"|pain\w*|ach(?:e|es|ing)|headache\w*|migraine\w*|fever\w*|cough\w*|sneez\w*|flu|influenza|cold sores?|a cold|colds|covid\w*|corona\w*|sars|mers|hiv|aids|std|sti"
    r"|virus\w*|viral|bacteri\w*|infect\w*|contagious|incubation|fung(?:us|al|i)|parasit\w*|immun\w*|antibod\w*|protein\w*|gene|genes|genetic\w*|mutation\w*|chromosom\w*"
    r"|cancer\w*|tumou?r\w*|lump\w*|mole|moles|chemo\w*|radiotherapy|biops\w*|mri|ct scan|x ray\w*|ultrasound|ecg|ekg|eeg|blood\w*|plasma|cholesterol|glucose|ferritin"
    r"|hba1c|crp|tsh|bmi|vitamin\w*|calori\w*|nutrition\w*|diet\w*|obes\w*|overweight|lose weight|losing weight|gain weight|protein|iron|magnesium|melatonin|creatine"
    r"|heart|cardi\w*|lung\w*|liver|kidney\w*|stomach|belly|bowel\w*|intestin\w*|colon\w*|bladder|pancrea\w*|spleen|thyroid|prostate|testic\w*|penis|vagin\w*|uterus"
    r"|ovar\w*|breast\w*|nipple\w*|skin|hair loss|nail fungus|bone|bones|joint\w*|muscle\w*|tendon\w*|ligament\w*|spine|disc|nerve\w*|brain|throat|tonsil\w*|tooth\w*|teeth\w*|gum|gums"
    r"|dental|dentist\w*|ear|ears|eardrum|nose|sinus\w*|eyes?|knee|ankle|elbow|wrist|shoulder|hip|hips|toe|toes|rash\w*|itch\w*|swell\w*|swollen|bruis\w*|blister\w*|wound\w*|scar|scars|stitch\w*|burn\w*"
    r"|sunburn|bleed\w*|bled|nause\w*|vomit\w*|diarrh\w*|constipat\w*|bloat\w*|heartburn|reflux|urin\w*|pee|stool\w*|poo\w*|period|periods|menstru\w*|pregnan\w*|trimester|birth\w*|labou?r pain\w*|breastf\w*"
    r"|contracept\w*|fertil\w*|ivf|sperm|menopaus\w*|erectile|libido|baby|babies|newborn\w*|infant\w*|toddler\w*|teething|diabet\w*|asthma\w*|allerg\w*|eczema|acne|warts?|lice|tick|ticks|scabies"
    r"|epilep\w*|seizure\w*|stroke\w*|parkinson\w*|alzheimer\w*|dementia|autis\w*|adhd|depress\w*|anxi\w*|panic attack\w*|bipolar|schizophren\w*|suicid\w*|insomnia|sleep\w*|snor\w*|apnea|tired\w*|fatigue|dizz\w*"
    r"|faint\w*|numb\w*|tingl\w*|cramp\w*|hiccup\w*|sore|soreness|injur\w*|sprain\w*|fracture\w*|rehab\w*|physio\w*|physical therapy|caregiv\w*|palliative|hospice|disab\w*|wheelchair|hearing aids?|tinnitus|glasses prescription"
    r"|astigmatism|glaucoma|cataract\w*|myopi\w*|blind\w*|smok\w*|vap(?:e|ing)|nicotine|alcohol|hangover|opioid\w*|addict\w*|withdrawal|stress|burnout|therapist|psycholog\w*|psychiatr\w*|grief|grieving"
    r"|paper cuts?|bandage\w*|band aid\w*|pulse|heartbeat|body temperature|first aid|ambulance|emergency room|cpr|anesth\w*|anaesth\w*|transplant\w*|amput\w*|hernia\w*|varicose|thrombo\w*|clot|clots|embol\w*|anemi\w*|shingles|measles|mumps|rubella|chickenpox|malaria|lyme|rabies|tetanus|herpes|hpv"
    r"|pap smear|screening|placebo|side effect\w*|ibuprofen|paracetamol|acetaminophen|aspirin|tylenol|metformin|statins?|mask|quarantine|isolate|pandemic|epidemic|outbreak|clinical|trial|mortality|pathogen\w*|rna|dna|pcr|receptor\w*|cell|cells"
    r"|tablette\w*|pillen?|overwhelmed|exhaust\w*|unwell|puls|gesund\w*|krank\w*|arzt|aerzt\w*|patient\w*|klinik\w*|apothek\w*|medizin\w*|rezeptpflicht\w*|nebenwirkung\w*|wirkstoff\w*|dosis|dosier\w*|tropfen|salbe|creme|schmerz\w*|fieber\w*|husten|schnupfen"
    r"|erkaelt\w*|grippe\w*|ansteck\w*|viren|bakterien|impf\w*|blut\w*|herz\w*|lunge\w*|leber\w*|niere\w*|magen\w*|darm\w*|blase\w*|schilddruese\w*|haut\w*|knochen\w*|gelenk\w*|muskel\w*|ruecken\w*|nacken\w*|kopf\w*|hals\w*|ohr\w*|auge\w*"
    r"|zahn\w*|zaehne\w*|knie\w*|schulter\w*|huefte\w*|fuss|bauch\w*|brust\w*|schwanger\w*|stillen|geburt\w*|wehen|periode|menstruation|wechseljahre|verhuet\w*|saeugling\w*|zucker\w*|diabetes|asthma|allergi\w*|ekzem\w*|neurodermitis|ausschlag|juck\w*"
    r"|uebel\w*|erbrech\w*|erbricht|durchfall|verstopfung|blaehung\w*|sodbrennen|schwind\w*|schlaf\w*|muede\w*|depress\w*|angst\w*|panikattacke\w*|stress|sucht|rauchen|alkohol|krebs\w*|tumor\w*|operation|narkose|wunde\w*|verband\w*|pflaster"
    r"|verbrenn\w*|bruch|verstaucht|gehirn\w*|schlaganfall\w*|herzinfarkt\w*|krampf\w*|epileps\w*|demenz|pflege|reha|heilung|heilen|symptom\w*|befund|blutwerte?|kalorien|abnehmen|ernaehrung|vitamin\w*|nasen\w*|tut (?:\w+ ){0,3}weh|weh|wehtut|juckt|brennt|pille|kondom\w*|sex|schwitz\w*|zitter\w*|laeuse|zecke\w*|\w*stich\w*|sonnenbrand|pickel|akne|haarausfall|narbe\w*|gips|roentgen\w*|ultraschall|mrt|ct|ekg|labor\w*|hormon\w*"
    r"|cholesterin\w*|eisen|ferritin|ader\w*|vene\w*|arterie\w*|nerv\w*|bandscheibe\w*|wirbel\w*|arthrose|rheuma\w*|gicht|thrombose\w*|stuhl\w*|urin|pinkel\w*|heiser\w*|mandel\w*|lymph\w*|entzuend\w*|eiter\w*|\w*pilz\w*|warze\w*|pollen|diaet\w*|fasten"
    r"|psych\w*|trauer|nikotin|karies|brille|tinnitus|schnarch\w*|albtr\w*|erschoepf\w*|kreislauf\w*|ohnmacht\w*|immun\w*|abwehr\w*|homoeopath\w*|akupunktur|massage|kortison|cortison|notfall\w*|notaufnahme|notarzt|krankenhaus|krankenkasse|attest|ueberweisung|hausarzt"
    r"|verletz\w*|prellung\w*|zerrung|hexenschuss|ischias|haemorrhoid\w*|gall\w*|stoffwechsel|\w*wert|\w*werte|koerper\w*|organ\w*|arm|bein|hand|finger|zeh\w*|gesicht|nase|mund|lippe\w*|zunge|speichel|vagina|hoden|gebaermutter|eisprung|kaiserschnitt|hebamme|fruchtbar\w*|sport|bewegung|wasser trinken|\w*(?:schnupfen|husten|fieber|blut\w*|impf\w*|druese\w*|zucker\w*|schwanger\w*|krank\w*|medizin\w*)|scharlach|migraene\w*|magnesium|masern|windpocken|guertelrose|krankschreib\w*)\b"
)

ELSE = re.compile(
    r"\b(?:poem|gedicht|joke|witz|riddle|song|lyrics|rap|recipe|rezept fuer|python|javascript|java|code|script|function|sql|html|css|regex|docker|linux|windows|laptop|iphone|android|wifi|printer|password|website"
    r"|homework|hausaufgabe\w*|essay|cover letter|resume|lebenslauf|bewerbung\w*|email|translate|uebersetz\w*|movie|film|netflix|series|serie|book a|hotel|flight|flug|urlaub|holiday|trip|itinerary|visa|capital of|hauptstadt"
    r"|president|praesident|kanzler\w*|election\w*|vote|politic\w*|politik\w*|party|war|football|fussball|soccer|world cup|cup|league|basketball|team|player|game|chess|minecraft|stock|stocks|bitcoin|crypto|invest\w*|etf|mortgage"
    r"|tax|taxes|steuer\w*|landlord|contract|vertrag\w*|lawyer|sue|divorce|car|auto|engine|tyre|tire|reifen|bike|motorcycle|weather|wetter|rain|snow|sofa|garden|plant|tomato\w*|roses|lawn|paint|guitar|chords|music|concert"
    r"|wedding|girlfriend|boyfriend|horoscope|tarot|astrolog\w*|god|religion|philosoph\w*|history of|roman|empire|king|queen|planet\w*|moon|universe|quantum|equation|algebra|derivative|hack|bomb|lock|pirate|yoda|dog|puppy|cat|litter"
    r"|super bowl|olympics|pokemon|goldfish|aquarium|speed limit|tempolimit|spaghetti|koche|kocht|meth|revenge|relationship|texts back|boredom|marketing|logo|slogan|business|startup|bank|salary|restaurant\w*|pizza|pasta|cake|kuchen|wine|beer brand|shoes|sneakers|dress|gift|name for|names for|baby names)\b"
)

TRICKS = re.compile(
    r"\b(?:ignore|disregard|override|bypass|missachte|ignorier\w*|(?<!i )(?<!to )(?<!ich )(?:forget|vergiss)) (?:(?:all|any|about|everything|the|your|my|these|those|this|previous|prior|above|that|every|of|alle|deine|die|bisherigen|vorherigen|was|initial|safety|"
    r"earlier|what|you|were|told|and|us|are|being|topic|medical|health) ){0,7}(?:instruction\w*|prompt\w*|rules?|guidelines?|restrictions?|limits?|limitations?|constraints?|programming|role|rolle|anweisung\w*|regeln?|vorgaben|einschraenkung\w*|before|above|told|filters?|medicine|topic|doctor stuff|health stuff)\b"
    r"|(?<!i )(?<!to )\bforget (?:that )?you(?: are|'re)\b|(?<!i )(?<!to )\bforget (?:about )?(?:medicine|health|being)\b"
    r"|\b(?:you are|you're|du bist) (?:now|jetzt|no longer|nicht mehr)\b(?! (?:at|in) )|\bfrom now on,? (?:you|act|answer|speak|respond|talk)\b|\bab jetzt (?:bist|antworte|redest)\b"
    r"|\b(?:pretend|imagine|assume|suppose|stell dir vor),? (?:that )?(?:you|to be|du|the role)\b|(?:^|please |you |now |must |should |[.,:;!?] ?)act (?:as|like) (?:if|a|an|my|the)\b|\brole ?play as\b|\broleplay\b|\btake (?:on )?the (?:role|persona)\b|\bassume the (?:role|identity)\b|\btu so als\b"
    r"|\b(?:spiel|uebernimm) die rolle\b|\bswitch (?:in)?to \w+ mode\b"
    r"|\b(?:developer|debug|god|dan|jailbreak|unrestricted|unfiltered|admin|sudo|maintenance|evil|opposite|freedom|no rules) mode\b|\b(?:as|called|are|named|now|be) dan\b|\bdo anything now\b|\bjailbreak\w*\b|\bjailbroken\b|\b(?:no|without|ohne) (?:any )?(?:rules|restrictions|filters?|censorship|content policy|regeln|einschraenkungen) ?(?:$|[.,;!?]|mode|and|answer)"
    r"|\b(?:system|hidden|initial|original|secret|internal) (?:prompt|instructions?|message|rules|guidelines)\b|\byour (?:prompt|instructions|hidden rules|rules|system message|configuration|training data|programming)\b|\bdeine (?:anweisungen|regeln|programmierung)\b"
    r"|\b(?:repeat|print|output|reveal|show|display|wiederhole) (?:\w+ ){0,3}(?:above|prompt|instructions|verbatim|conversation so far)\b|\babove this line\b"
    r"|^\W*(?:system|admin|developer|assistant) ?:|\bsystem override\b|\b(?:topic )?restriction\w* (?:has|have|is|are) (?:been )?(?:lifted|removed|disabled|off)\b|\bnew instructions?\b|\[(?:system|inst|admin)\]|<\|?(?:im_start|system|endoftext)\|?>|^###"
    r"|\bgeneral (?:purpose )?assistant\b|\bin base64\b|\bdecode (?:this|the following)\b|\brot13\b|\bend of (?:system )?(?:prompt|instructions)\b"
    r"|\b(?:what|which|welches) (?:\w+ )?(?:model|llm|ai) are you\b|\bare you (?:chatgpt|gpt|claude|gemini|llama|a robot|human|an ai)\b|\bwho (?:made|created|built|trained) you\b|\b(?:stop|quit) being (?:a|an|the|so)\b|\bspeak like\b|\btalk like a\b"
)

TASKS = re.compile(
    r"\b(?:write|tell|compose|draft|create|generate|make up|give|sing|rewrite|proofread|schreib\w*|erzaehl\w*|dichte\w*) (?:\w+ ){0,5}(?:joke|jokes|poem|story|tale|song|lyrics|essay|code|script|function|program|letter|e?mail|speech|haiku|rap|limerick"
    r"|happy birthday|resume|cv|toast|tweet|novel|screenplay|riddle|slogan|blog post|caption|witz|gedicht|geschichte|lied|brief|aufsatz|rede|kuendigung)\b(?! of a (?:disease|patient))"
)

PLEAS = re.compile(
    r"\b(?:just|only|nur) (?:this|dieses|ein) ?(?:once|one time|eine mal|mal|einziges mal)\b|\b(?:make )?an exception\b|\bausnahme\w*\b|\bi know (?:you are|you're|you) (?:only|not|just|can ?not|supposed)\b|\bnobody (?:will|needs to) know\b|\bi (?:have|got) permission\b"
    r"|\bi am (?:the|your|an?) (?:developer|admin|administrator|owner|creator|boss|tester|engineer)\b|\bcome on\b|\bone (?:tiny |small |quick |little )?(?:off[- ]topic )?(?:question|thing) (?:about|that)\b|\boff[- ]topic\b|\bunrelated\b|\bbetween us\b|\bdon'?t tell anyone\b"
    r"|\bnot (?:a )?medical\b|\bnon[- ]medical\b|\bfor medical reasons\b|\bmy (?:doctor|therapist) (?:said|told|wants|asked)\b|\ba patient of mine\b|\bit(?:'s| is) an emergency\b"
    r"|^\W*(?:a )?(?:medical|health) question\b|\bas part of my therapy\b|\bas an? (?:medical |health )?(?:expert|doctor|professional|nurse),? you (?:\w+ )?know\b|\bthe patient (?:needs|wants|asks) to know\b|\b(?:for|because of) my health\b|\bor my (?:grand)?\w+ will die\b|\bmy doctor prescribed me a\b"
)

CHAT = re.compile(
    r"(?:(?:hi|hii+|hello|hallo|hey|heya|hiya|yo|moin|servus|gruezi|gruess gott|good (?:morning|afternoon|evening|night|day)|greetings|guten (?:morgen|tag|abend)|gute nacht|morning|evening|thanks|thank you|thx|ty|tysm|thank u|many thanks|thanks a (?:lot|bunch|million)|cheers"
    r"|danke\w*|danke (?:schoen|dir|ihnen|sehr)|vielen dank|dankeschoen|besten dank|merci|bye|goodbye|good bye|see you|see ya|tschuess\w*|tschau|ciao|auf wiedersehen|ok|okay|k|cool|great|perfect|super|nice|awesome|wonderful|alright|got it|i see|understood|verstanden|alles klar|sehr gut|prima|toll"
    r"|how are you(?: doing)?(?: today)?|how do you do|how is it going|how's it going|what's up|whats up|wie geht's|wie geht es (?:dir|ihnen)|wie gehts|nice to meet you|have a (?:nice|good|great) (?:day|evening|weekend|one)|schoenen (?:tag|abend)(?: noch)?|take care|you too"
    r"|that (?:helped|helps|was helpful|is helpful|is all|was all|answers my question)|very helpful|so much|very much|a lot|for (?:your|the|all|that|this)|help|your help|the help|helping(?: me)?|answer|answers|info|information|explanation|fuer|die|hilfe|antwort|deine|ihre|there|doc|doctor|dr|bot|assistant|friend|again|all|everyone|guys|and|und|noch|schoen|sehr|for|bis bald|bis dann|have|you|are you there|anyone there|anybody there|da|nochmal|das hat geholfen|it|please|bitte|no|nope|yes|yep|yeah|ja|nein|good|dear|sir|madam|team|now|i am (?:good|fine|ok)|i appreciate it|much appreciated|appreciate)[\s,.!?;:)(-]*)+"
)
GREETED = re.compile(
    r"\b(?:hi+|hello|hallo|hey\w*|hiya|yo|moin|servus|gruezi|gruess|good|greetings|guten|gute|morning|evening|how|what|wie|nice|there)\b"
)

OWN_CASE = re.compile(
    r"\b(?:do|could|can|might|may|would) (?:i|my \w+|he|she|we) (?:have|be|take|give|stop|start|use|get|double|skip|still|combine|mix|drink|eat|switch|increase|reduce|safely)\b|\bshould (?:i|we|my|he|she)\b|\bam i\b|\bis (?:my|it|this|that)\b(?:.*)\b(?:cancer|normal|serious|dangerous|infected|broken|ok|okay|safe|bad|allergic|pregnan\w*)\b"
    r"|\bwhat (?:could|can|might|is|do) (?:it|i|this|wrong|the)\b.*|\bmy (?:\w+ ){0,3}(?:hurts?|aches?|itch\w*|swollen|burns?|bleeds?|is|are|has|have|keeps?|feels?|looks?|gums?|level\w*|results?|value\w*|pressure|sugar|pulse|mole|rash|stool|doctor|medication|pills?|dose)\b"
    r"|\b(?:i|we|he|she|my \w+)(?:'ve| have| has| had|'m| am| is| feel| feels| get| gets| keep| keeps| take| takes| took| missed| weigh| weighs| removed| twisted| bruise)\b"
    r"|\b(?:how much|how many|what dose|which dose|dosage|wie viel\w*|dosis)\b.*\b(?:year old|years old|month old|kg|lbs?|my|i|for a|child|kind|kg|should|can|take|give|per day|am tag|nehmen)\b|\bcan i\b|\bdarf ich\b|\bsoll(?:te)? ich\b|\bkann ich\b|\bhabe ich\b|\bmein\w* (?:\w+ ){0,2}(?:tut|tun|juckt|schmerzt|ist|sind|hat|blut\w*|wert\w*)\b|\bich (?:habe|nehme|bin|hatte|fuehle|muss)\b"
    r"|\b(?:right|ok|okay|safe|good|bad|enough|too (?:much|many|high|low)) for (?:me|him|her|us|my \w+)\b|\bwhat dose of\b|\bhow much \w+ (?:should|can|may|to)\b|\b(?:lump|spots?|rash|pain|ache|burning|bump) (?:on|in|behind|under|when) (?:my|i)\b|\bon my\b|\bin my\b|\bbehind my\b|\bwhen i\b"
)
