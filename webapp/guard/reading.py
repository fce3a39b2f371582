"""What of a text is said of somebody, now: without questions of knowledge, stories of long ago, idioms and denials."""

import re
from functools import lru_cache

from webapp.guard import lexicon, redflags
from webapp.guard.words import normal

ASKS = re.compile(
    r"^(?:hi |hello |hey |hallo |please |so |and |but |or |ok |und |bitte |doctor |just curious |quick question |question )*"
    r"(?:what|which|who|why|when|where|how|is|are|can|could|do|does|did|should|would|will|explain|define|describe|tell me|name"
    r"|list|give me|compare|summari[sz]e|difference|statistics|explanation|was ist|was sind|was bedeutet|was passiert|was macht|was tun"
    r"|was hilft|was|wie|welche\w*|warum|wieso|wann|wer|wo|woran|wodurch|kann|koennen|ist|sind|gibt|erklaer\w*|nenne|definiere"
    r"|muss|darf|sollte|history|first aid|erste hilfe|what to do|in which|at what|under what|for how|i want to (?:know|understand|learn)"
    r"|i would like to (?:know|understand|learn)|i wonder|teach me|help me understand|curious)\b(?! not\b)"
)
OF_KNOWLEDGE = re.compile(
    r"\b(?:symptoms?|signs?|causes?|caused|treatments?|definition|meaning|statistics|history|risk factors?|prevent\w*|prevention"
    r"|stages|(?:survival|mortality|death|success|infection|incidence) rates?|survival|difference|vs|versus|guidelines?|prevalence|explained|types|list|awareness|info|information|facts"
    r"|symptome?|anzeichen|ursachen?|behandlung|bedeutung|definition|vorbeugen|unterschied|folgen|diagnosis|diagnose[ds]?"
    r"|mechanism|pathophysiology|epidemiology|complications?|first aid|erste hilfe|hazards|course|overview|meaning|research|study)\b"
)
_MINE = re.compile(
    r"(?<!\S)(?:i|me|my|we|our|us|he|she|his|her|him|they|ich|mein\w*|mir|mich|er|sie|wir|unser\w*|ihm"
    r"|(?<!\ba )(?<!\ban )(?:mother|father|grandma|grandpa|granny|nan|nana|wife|husband|hubby|son|daughter|brother|sister|bf|gf|oma|opa)"
    r"|(?:the|this) (?:baby|child|kid|man|woman|boy|girl|patient|guy|lady))(?!\S)"
)
_MANNERS = re.compile(
    r"\b(?:can|could|do|should|may|must|how do|how can|how should|when should|how would|would|what can|what do|what should|when do|"
    r"where can|where do|why should|what would|did) (?:i|we)\b"
    r"(?! (?:be having|have|feel|be dying|get chest|keep|being|still|just|suddenly|not ))"
    r"|\b(?:for|in|on|before|about|to) (?:my|our|the) (?:\w+ )?(?:exam\w*|essay|course|class|school|homework|thesis|paper|book|novel"
    r"|story|screenplay|blog|training|presentation|quiz|test|studies|lecture|job|kids|garden|house|home|first aid kit|family|child"
    r"|understanding|own knowledge)\b"
    r"|\b(?:tell|teach|show|give|help|explain|remind|quiz|ask|let) (?:me|us)\b|\bto me\b|\bi (?:want|would like|need|am trying|wonder|would love) to"
    r" (?:know|understand|learn|read|ask)\b|\bi (?:am|was) (?:curious|wondering|reading|learning|studying|interested|asking)\b"
    r"|\b(?:if|when|after|that|where|once) (?:they|he|she|i|my (?:child|kid|baby|friend))\b(?= (?:ever|might|could|should|is an adult))|\bif i (?:ever|see|meet|notice)\b"
    r"|\bi (?:read|heard|wonder|learned|saw)(?: that)?\b|\bmy question\b|\bmy (?:risk|chances?|odds)\b|\bam i at (?:higher |increased )?risk\b"
    r"|\b(?:kann|soll|darf|muss|sollte|koennte) (?:ich|man|wir)\b|\bich (?:frage mich|moechte wissen|wuerde gern\w*|lerne|schreibe)\b"
    r"|\bthey (?:are|do|treat|call|give|mean|use|test|decide|diagnose|check)\b|\bsind sie\b|\bwerden sie\b|\bdo they\b|\bare they\b"
)
LONG_AGO = re.compile(
    r"\b(?:(?:last|past|previous) (?:\w+ )?(?:year|summer|winter|spring|fall|autumn|month|decade|pregnancy|christmas|holiday)"
    r"|(?:\w+ )?(?:years|months|decades|jahre\w*|monate\w*) (?:ago|back|earlier)|vor (?:\w+ )?(?:jahr\w*|monat\w*|\w+ jahr\w*)|(?:a|one|1) year ago"
    r"|several weeks ago|letzte\w* (?:jahr|sommer|winter|monat|herbst)|in (?:19|20)\d\d|back in|since (?:19|20)\d\d|damals|frueher"
    r"|(?:as|when i was) (?:a |an )?(?:kid|child|teenager|teen|baby|young\w*|little|student|\d+)|als (?:kind|jugendliche\w*)"
    r"|years ago|used to|once had|childhood|survivor|survived|recovered|recovering|recovery|history of|ruled out"
    r"|(?:was|were|came back) (?:negative|clear|normal|fine)|(?:is|are) (?:negative|clear)|turned out|died of|died from|starb an|gestorben an|verstarb|lost (?:someone|my \w+) to"
    r"|took (?:his|her|their) own life|passed away|discharged|released from hospital|ueberlebt\w*|reha|rehab\w*|stroke survivor|already treated"
    r"|has (?:been )?resolved|all better now|went away (?:by itself |on its own )?(?:weeks|months|years|days))\b"
)
NOW = re.compile(
    r"\b(?:now|right now|today|tonight|currently|this morning|again|just|suddenly|since this|since yesterday|still|jetzt|heute|gerade|"
    r"wieder|ploetzlich|help|hilfe|same (?:pain|feeling|symptoms)|minutes)\b"
)
_HAPPENING = re.compile(
    r"\b(?:having (?:it|this|that|them) (?:right )?now|happening (?:to me |to him |to her )?(?:right )?now"
    r"|i have (?:it|this|that|these) (?:right )?now|passiert gerade)\b"
)
MADE_UP = re.compile(
    r"\b(?:essay|novel|screenplay|short story|for a story|my story|movie|film|tv show|series|episode|character|fiction\w*|drill|simulation|role ?play"
    r"|exam|exams|quiz|flashcards?|homework|textbook|thesis|dissertation|presentation|lecture|med student|medical student|nursing student"
    r"|i am a (?:nurse|doctor|paramedic|medic|physician|teacher|writer|student|pharmacist|medical \w+|trainee|lifeguard)"
    r"|as a (?:nurse|doctor|paramedic|student|teacher|lifeguard)|first aid (?:course|class|training|exam|test|quiz)|course|cpr (?:class|course)"
    r"|hypothetical\w*|in theory|theoretically|case study|article|documentary|podcast|video game|theater|theatre|book|poster|leaflet|training"
    r"|aufsatz|referat|roman|film|pruefung|kurs|klausur|uebung|hausarbeit|theoretisch|krimi|drehbuch|studium|studiere|lehrbuch"
    r"|case report|vignette|worksheet|practis\w+|practic\w+|rehears\w+)\b"
)
PET = re.compile(
    r"\b(?:(?:my|our|the|his|her|a|mein\w*|unser\w*|der|die|das|neighbou?r) (?:\w+ )?(?:dog|dogs|cat|cats|puppy|kitten|hamster|horse|pony|rabbit|bunny|parrot"
    r"|goldfish|tortoise|guinea pig|cow|goat|chicken|pet|hund\w*|katze\w*|kater|pferd\w*|kaninchen|hamster|wellensittich|welpe\w*|meerschweinchen)"
    r"|dog|cat|puppy|kitten|hund|katze) (?!bite|bit |bitten|attack|scratch|hat mich|bites|biss|jumped)"
)
_BIT = re.compile(r"\b(?:bit|bitten|bite|bites|scratched|attacked|mauled|gebissen|biss|allerg\w*|knocked me)\b")
MILD = re.compile(
    r"\b(?:mild\w*|slight\w*|a little|a bit|a tiny|minor|small|fine|feels? ok|is ok|harmless|slept wrong|f[ea]lls? asleep|for a (?:second|minute|moment)"
    r"|(?:two|three|five|few|couple of) minutes this|already stopped|has stopped|is playing|cheerful|drinks well|eats well|runny nose|leicht\w*|kleine\w*"
    r"|ein bisschen|etwas|harmlos\w*|(?:do|does|is|am|are|have|has) not (?:have|having|feel|any|suicidal|that bad)|no (?:fever|pain|swelling|vomiting|other|bleeding|thoughts)"
    r"|(?:have|has|had|is|with|feel|feels|habe|hat) (?:no|kein\w*)|(?:[2-9]|1\d) year old (?:\w+ ){0,3}(?:fever|temperature|cold|cough)"
    r"|teeth\w*|cranky|once in a while|sometimes|occasional\w*|manchmal)\b"
)
_DENIED = re.compile(
    r"(?<!\S)(?:no|without|never|denies|deny|neither|nor|kein\w*|ohne|weder|nicht|free of|ruled out|negative for|rather than"
    r"|(?:is|am|are|was|do|does|did|has|have|had) not(?: (?:have|having|had|got|feel|feeling|in|really|currently|actually|experiencing|any|a|an|the|"
    r"been|getting|suffering|think(?:ing)?(?: about)?|want to|going to|planning))+)"
    r"(?: (?!but|just|only|reason|longer|more|idea|one|point|matter|doubt|improvement|sondern|aber|relief|way|mehr|sure|know|sign)[^\s.,]+){0,2}$"
    r"|(?<!\S)(?:is|am|are|was|do|does|did|has|have|had) not$"
)
_LISTED = re.compile(
    r"(?<!\S)(?:no|without|denies|kein\w*|ohne)(?: [^\s.,]+){1,5} (?:or|nor|oder|noch|and|und)(?: [^\s.,]+){0,2}$"
)
_TURN = re.compile(r" (?:but|aber|sondern|however|although) ")


@lru_cache(512)
def spoken(text: str) -> str:
    """Return a text as the rules read it, without its idioms."""
    return lexicon.pattern(redflags.IDIOMS).sub("", normal(text))


@lru_cache(512)
def said(text: str) -> str:
    """Return what is said of somebody now, as normal text; nothing where the text only asks, tells or plays."""
    words = spoken(text)
    whole = re.sub(r"[.,\s]+", " ", words).strip()
    if MADE_UP.search(whole) and not _case(whole):
        return ""
    if _HAPPENING.search(whole):
        return words.strip(" .")
    kept = [part.strip() for part in words.split(" .") if part.strip(" ,") and not excused(part.strip(" ,"))]
    return " . ".join(kept)


def _case(words: str) -> bool:
    """Tell whether somebody's own case is told beside a role or a course: 'I am a nurse and my chest hurts'."""
    return bool(re.search(r"\b(?:my|our|his|her) (?:own )?(?:chest|head|arm|throat|son|daughter|husband|wife|mother|father|baby|friend)\b|\bi feel\b", words)
                and NOW.search(words) and not re.search(r"\b(?:novel|story|film|movie|character|essay)\b", words))  # fmt: skip


def excused(sentence: str) -> bool:
    """Tell whether a sentence speaks of nobody's present: it asks what is known, or tells of long ago, or of an animal."""
    if LONG_AGO.search(sentence) and not NOW.search(sentence):
        return True
    if (PET.search(sentence + " ") and not _BIT.search(sentence)) or not sentence:
        return True
    if of_somebody(sentence):
        return False
    return bool(ASKS.search(sentence) or (OF_KNOWLEDGE.search(sentence) and not NOW.search(sentence)))


def of_somebody(words: str) -> bool:
    """Tell whether the words speak of the asker or of somebody near, manners of asking aside."""
    return bool(_MINE.search(_MANNERS.sub(" ", words)))


def finds(wordings: str, text: str) -> bool:
    """Tell whether one of these wordings stands in the text and is not denied there."""
    return any(not denied(text[: found.start()]) for found in lexicon.pattern(wordings).finditer(text))


def denied(before: str) -> bool:
    """Tell whether what follows these words is said not to be."""
    clause = _TURN.split(re.split(r" [.,](?= |$)", " " + before)[-1])[-1].strip()
    return bool(_DENIED.search(clause) or _LISTED.search(clause))
