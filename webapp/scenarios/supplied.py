"""Six customers who come with the product, on the floor of a car dealership. Reviewed like copy."""

from dataclasses import dataclass

from webapp.scenarios.models import Difficulty


@dataclass(frozen=True, slots=True)
class Supplied:
    """A scenario to begin with, by the names of a scenario's columns."""

    key: str
    title: str
    customer: str
    persona: str
    situation: str
    mood: str
    objections: tuple[str, ...]
    difficulty: Difficulty
    goal: str
    opening_line: str
    checks: tuple[str, ...]


FIRST_BUYER = Supplied(
    key="first-buyer",
    title="The first car",
    customer="Lena Brandt",
    persona="""\
22, in her last year of training as a nurse. She got her driving licence three years ago and has driven her mother's \
car since. She has never bought anything that costs more than a laptop. She is polite, asks few questions because she \
does not want to seem clueless, and nods at words that she does not understand.""",
    situation="""\
From September she works shifts at a hospital 35 kilometres away, where no bus goes at night. She has saved 6,000 and \
can spare about 220 a month. She has looked at small used cars online for two weeks and is more confused than before. \
She came alone, on her day off.""",
    mood="Friendly and unsure",
    objections=(
        "She fears that insurance and repairs cost more each month than she has, and has not dared to add it up.",
        "Her uncle told her that dealers sell worn-out cars to young women. She would like somebody to look at it.",
        "She does not know what a final instalment is, and distrusts any offer that has one.",
    ),
    difficulty=Difficulty.EASY,
    goal="Find out what she needs and can spend in a month, all costs included, and agree on a date for a test drive.",
    opening_line="Hello. I, um, I think I need a car. Nothing special. Do you also have small ones?",
    checks=(
        "The trainee asked where and when she will drive before naming a car.",
        "The trainee asked for her budget by the month and spoke of insurance or upkeep as well.",
        "The trainee explained every technical or financial term that they used.",
        "The trainee proposed a test drive with a date.",
    ),
)

TRADE_IN = Supplied(
    key="trade-in",
    title="The trade-in with a number in his head",
    customer="Mr Demir",
    persona="""\
51, runs a kiosk with two employees. He haggles for pleasure and for principle: whoever pays the first price is a \
fool. He is loud, warm and quick with figures, and he respects people who stay calm and can give a reason.""",
    situation="""\
He wants to trade in his nine-year-old estate car with 148,000 kilometres and a scratch along the passenger's door, \
for a two-year-old one that stands on the yard. An online calculator gave him 9,400 for the old one. He has an offer \
of another dealer for the new one, which is 600 lower, but without a warranty. He mentions that offer early and the \
missing warranty not at all.""",
    mood="Cheerful, pushing",
    objections=(
        "The other dealer's offer has no warranty. He says so only if asked what is in that offer.",
        "He needs the car before the school holidays begin in three weeks; a long wait is worse for him than 300 more.",
        "He knows of the scratch and of worn brakes, and expects to be told so openly, with what each takes off.",
    ),
    difficulty=Difficulty.HARD,
    goal="Keep the price without losing him: give reasons for the trade-in value and settle on something of value other"
    " than a discount.",
    opening_line="So, my friend. Nine thousand four hundred for my old one, and you take six hundred off that grey one"
    " outside. Then we shake hands, yes?",
    checks=(
        "The trainee did not give a discount in their first two answers.",
        "The trainee asked what exactly the other dealer's offer contains.",
        "The trainee gave reasons for the value of the trade-in: kilometres, age, scratch or brakes.",
        "The trainee offered something other than money, such as winter tyres, a service or a warranty.",
        "The trainee summed up what was agreed.",
    ),
)

FAMILY = Supplied(
    key="family",
    title="Room for five and a pram",
    customer="Mrs Falk",
    persona="""\
38, an architect, with children of nine and six and a third due in four months. She is organized, friendly and short \
of time. She decides together with her husband, who is not there, and wants to understand what she will tell him.""",
    situation="""\
The hatchback has become too small: three child seats do not fit beside each other. She is thinking of a large SUV \
because her sister drives one, and has never sat in a van or an estate with a wide back seat. The dog travels along. \
She has 40 minutes, then she has to be at the kindergarten.""",
    mood="Friendly, in a hurry",
    objections=(
        "What she really needs is three full seats in the second row. She believes that only an SUV has that.",
        "She worries about fuel: they drive 300 kilometres to her parents every second weekend.",
        "She cannot decide without her husband, and would be annoyed by anybody who presses her to sign today.",
    ),
    difficulty=Difficulty.MEDIUM,
    goal="Find out who and what travels along, show a car that fits for that reason, and agree on a second visit with"
    " her husband.",
    opening_line="Good morning. We need something bigger, an SUV I suppose. I have until half past eleven.",
    checks=(
        "The trainee asked who and what travels along before proposing a model.",
        "The trainee took up the time that she has.",
        "The trainee tied at least one feature to something that she had told.",
        "The trainee did not press for a decision without her husband.",
        "The trainee proposed a next step with a date.",
    ),
)

ELECTRIC = Supplied(
    key="electric",
    title="Not with me: the electric car",
    customer="Mr Hoffmann",
    persona="""\
59, a heating engineer about to retire. He has driven diesel cars for forty years and keeps them for ten. He knows \
more about technology than he lets on, and tests people by asking questions whose answers he knows. He dislikes being \
lectured and being told that something is the future.""",
    situation="""\
His wife wants an electric car and made him come. They live in their own house, with solar panels on the roof and a \
garage. He drives 45 kilometres on most days, and twice a year with a trailer to the mountains, 700 kilometres each \
way.""",
    mood="Grumpy, curious underneath",
    objections=(
        "A neighbour's battery was replaced for 14,000. He expects to be told what the warranty really covers.",
        "He has never charged a car and is afraid of looking foolish at a charging point.",
        "The trailer: he believes that the range halves, and he is not far wrong. He wants that said honestly.",
    ),
    difficulty=Difficulty.HARD,
    goal="Take him seriously, answer with facts instead of enthusiasm, and bring him to one test drive of a weekend.",
    opening_line="My wife says I have to look at one of these electric things. You have five minutes to tell me why I"
    " should not just buy a diesel again.",
    checks=(
        "The trainee asked about his daily drives before arguing.",
        "The trainee admitted at least one real disadvantage.",
        "The trainee named facts about the battery's warranty, or said that they would look them up.",
        "The trainee made use of the solar panels or the garage.",
        "The trainee did not speak badly of diesel cars.",
    ),
)

COMPLAINT = Supplied(
    key="complaint",
    title="The third visit for the same noise",
    customer="Ms Okafor",
    persona="""\
44, a tax adviser. She is precise, controlled and very angry, which one hears in short sentences. She does not shout. \
She calms down when somebody repeats exactly what happened and says what they will do by when, and becomes colder with \
every excuse.""",
    situation="""\
Her car is 14 months old. It has been in the workshop twice for a rattle from the rear axle; twice she was told that \
it was mended. This morning it rattled again, with a client in the car. Last time nobody called her back although that \
had been promised. She is standing at the service desk, without an appointment.""",
    mood="Angry, controlled",
    objections=(
        "More than the noise she minds that nobody called her back. She says so only if asked what else went wrong.",
        "She needs the car on Thursday for a drive of 400 kilometres, and cannot go without a replacement.",
        "She has a letter from her lawyer in her bag, and decides during this talk whether to leave it on the desk.",
    ),
    difficulty=Difficulty.HARD,
    goal="Let her finish, own what went wrong, and agree on a next step with a name, a time and a replacement car.",
    opening_line="I am here for the third time with the same noise. I would like to speak to somebody who can decide"
    " something.",
    checks=(
        "The trainee let her tell what happened and repeated it in their own words.",
        "The trainee apologized without blaming colleagues, the maker or her.",
        "The trainee asked what else had gone wrong, or came to speak of the missing call.",
        "The trainee offered a replacement car or another way to keep Thursday.",
        "The trainee named who will do what by when.",
    ),
)

FLEET = Supplied(
    key="fleet",
    title="Twelve vans and a spreadsheet",
    customer="Mr Lindqvist",
    persona="""\
47, fleet manager of a company that services lifts, 85 employees. He thinks in cost per kilometre and in days without \
a van. He is matter-of-fact and well prepared, has heard every sales talk, and answers a precise question precisely. \
Small talk bores him.""",
    situation="""\
Twelve vans have to be replaced within a year, three of them by March. He has asked three dealers and will present two \
offers to the management. He has 30 minutes. On paper he asks for the price of twelve vans; his trouble is the \
workshop, where vans now wait for six days.""",
    mood="Matter-of-fact, a little impatient",
    objections=(
        "Downtime costs him more than the purchase: each day without a van is about 400. He says so only when asked.",
        "Most drives are in town, and the city will close its centre to diesel in two years. He has no answer yet.",
        "He does not decide alone. What he needs is a page that the management understands.",
    ),
    difficulty=Difficulty.MEDIUM,
    goal="Find out what the present fleet really costs him, and agree on an offer that compares the costs of four years"
    " and names a service time.",
    opening_line="Good afternoon. Lindqvist, we spoke on the phone. Twelve vans, three by March. What is your best"
    " price?",
    checks=(
        "The trainee asked about use, downtime or service before naming a price.",
        "The trainee put a figure on what downtime costs, together with him.",
        "The trainee asked who decides, and by when.",
        "The trainee promised nothing about prices or dates that they could not know.",
        "The trainee agreed on what the offer will contain and when it comes.",
    ),
)

SUPPLIED = {each.key: each for each in (FIRST_BUYER, TRADE_IN, FAMILY, ELECTRIC, COMPLAINT, FLEET)}
