"""The card of an emergency: written by us, word for word, and never by a model.

Each kind has a heading and what to do until help comes, in English and German. The heading is completed by whom to call.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from webapp.guard import replies
from webapp.guard.countries import Numbers

ENGLISH, GERMAN = "en", "de"
URGENT = "urgent"
DIRECTORY = "findahelpline.com"
"""Where crisis lines of most countries are named, for a deployment that names none."""

_CALM = {
    ENGLISH: "Stay with the person, or do not stay alone.",
    GERMAN: "Bleiben Sie bei der Person, oder bleiben Sie nicht allein.",
}
_AT = {ENGLISH: " at ", GERMAN: " unter "}

# Kind: heading and advice in English, heading and advice in German.
_TEXTS = {
    "heart": ("This can be a heart attack.", "Sit or lie down, loosen tight clothes, do not drive yourself. If someone collapses and does not breathe, start chest compressions.",
              "Das kann ein Herzinfarkt sein.", "Hinsetzen oder hinlegen, enge Kleidung öffnen, nicht selbst fahren. Bricht jemand zusammen und atmet nicht, beginnen Sie mit der Herzdruckmassage."),
    "stroke": ("This can be a stroke.", "Every minute counts, even if the signs go away. Note when they began. Nothing to eat or drink, no medicine.",
               "Das kann ein Schlaganfall sein.", "Jede Minute zählt, auch wenn die Zeichen wieder vergehen. Merken Sie sich, wann sie begannen. Nichts essen, nichts trinken, keine Medikamente."),
    "headache": ("A headache like this can be a bleeding in the head.", "Lie down, do not drive, take nothing before help has come.",
                 "Solche Kopfschmerzen können eine Blutung im Kopf sein.", "Hinlegen, nicht selbst fahren, nichts einnehmen, bis Hilfe da ist."),
    "breathing": ("Trouble breathing cannot wait.", "Sit upright, loosen tight clothes, use an emergency inhaler if there is one.",
                  "Atemnot kann nicht warten.", "Aufrecht hinsetzen, enge Kleidung öffnen, ein Notfallspray benutzen, wenn es da ist."),
    "anaphylaxis": ("This can be a severe allergic reaction.", "Use an adrenaline pen at once if there is one. Lie down with raised legs; sit if breathing is hard. Call even if it gets better.",
                    "Das kann eine schwere allergische Reaktion sein.", "Einen Adrenalin-Pen sofort benutzen, wenn es ihn gibt. Hinlegen, Beine hoch; bei Atemnot sitzen. Auch anrufen, wenn es besser wird."),
    "poisoning": ("This can be a poisoning or an overdose.", "Do not make anyone vomit, give nothing to drink unless you are told to. Keep the package at hand. Call before there are signs.",
                  "Das kann eine Vergiftung oder Überdosis sein.", "Kein Erbrechen auslösen, nichts zu trinken geben, bevor man es Ihnen sagt. Packung bereithalten. Anrufen, bevor sich etwas zeigt."),
    "suicide": ("You do not have to carry this alone.", "If there is danger now, call the emergency number, or go to the nearest emergency department. Put distance between yourself and whatever could harm you, and tell somebody near you.",
                "Sie müssen das nicht allein tragen.", "Besteht jetzt Gefahr, rufen Sie den Notruf oder gehen Sie in die nächste Notaufnahme. Bringen Sie Abstand zwischen sich und das, was Ihnen schaden könnte, und sagen Sie es jemandem in Ihrer Nähe."),
    "violence": ("Somebody can be in danger.", "Get yourself and others to a safe place. If it is you who fears to harm somebody, leave the room and call.",
                 "Hier kann jemand in Gefahr sein.", "Bringen Sie sich und andere in Sicherheit. Fürchten Sie, selbst jemandem etwas anzutun, verlassen Sie den Raum und rufen Sie an."),
    "pregnancy": ("This cannot wait in a pregnancy.", "Lie on your side, do not drive yourself, have the maternity record at hand.",
                  "Das kann in der Schwangerschaft nicht warten.", "Auf die Seite legen, nicht selbst fahren, Mutterpass bereithalten."),
    "infant": ("A young baby with these signs must be seen now.", "Do not wait for it to pass. Keep the baby with you, not wrapped too warmly, and do not leave it alone.",
               "Ein so junges Baby mit solchen Zeichen muss jetzt untersucht werden.", "Nicht abwarten. Das Baby nicht zu warm einpacken und nicht allein lassen."),
    "meningitis": ("This can be meningitis or blood poisoning.", "Minutes count. Do not wait for a rash, or for one to grow.",
                   "Das kann eine Hirnhautentzündung oder Blutvergiftung sein.", "Es geht um Minuten. Warten Sie nicht auf einen Ausschlag, und nicht darauf, dass er wächst."),
    "seizure": ("A seizure like this needs help now.", "Clear away what could hurt, put nothing into the mouth, do not hold the person down, note the time. Afterwards on the side.",
                "Bei einem solchen Krampfanfall braucht es jetzt Hilfe.", "Gefährliches wegräumen, nichts in den Mund stecken, nicht festhalten, auf die Uhr sehen. Danach in die Seitenlage."),
    "unconscious": ("Somebody who does not react needs help now.", "Check the breathing. No normal breathing: chest compressions, hard and fast in the middle of the chest. Breathing: on the side.",
                    "Wer nicht reagiert, braucht jetzt Hilfe.", "Atmung prüfen. Keine normale Atmung: Herzdruckmassage, fest und schnell in der Mitte der Brust. Atmet: Seitenlage."),
    "bleeding": ("Severe bleeding needs help now.", "Press firmly on the wound with a clean cloth and do not let go. Lie down.",
                 "Eine starke Blutung braucht jetzt Hilfe.", "Mit einem sauberen Tuch fest auf die Wunde drücken und nicht loslassen. Hinlegen."),
    "head_injury": ("A blow to the head with these signs is dangerous.", "Keep still, do not leave the person alone, nothing to eat or drink.",
                    "Ein Schlag auf den Kopf mit solchen Zeichen ist gefährlich.", "Ruhig halten, nicht allein lassen, nichts essen oder trinken."),
    "injury": ("This can be a severe injury.", "Do not move the person unless there is danger. Keep warm, press on what bleeds.",
               "Das kann eine schwere Verletzung sein.", "Nicht bewegen, solange keine Gefahr droht. Warm halten, auf Blutungen drücken."),
    "torsion": ("This can be a twisted testicle.", "It can be saved only within a few hours. Go to an emergency department at once; eat and drink nothing.",
                "Das kann eine Hodendrehung sein.", "Nur in den ersten Stunden ist er zu retten. Sofort in die Notaufnahme; nichts essen und trinken."),
    "sepsis": ("This can be sepsis.", "An infection with these signs gets worse within hours. Say the word “sepsis” on the telephone.",
               "Das kann eine Blutvergiftung (Sepsis) sein.", "Eine Infektion mit solchen Zeichen wird in Stunden schlimmer. Sagen Sie am Telefon das Wort „Sepsis“."),
    "choking": ("Somebody who chokes needs help now.", "Let the person cough. If they cannot: five blows between the shoulder blades, then five thrusts above the navel (not for babies: on the breastbone).",
                "Wer erstickt, braucht jetzt Hilfe.", "Husten lassen. Geht das nicht: fünf Schläge zwischen die Schulterblätter, dann fünf Stöße über dem Nabel (nicht bei Babys: auf das Brustbein)."),
    "diabetes": ("This can be a dangerous blood sugar.", "Too low and awake: sugar or juice now. Not fully awake: nothing into the mouth, on the side. Too high with vomiting or deep breathing: call.",
                 "Der Blutzucker kann gefährlich entgleist sein.", "Zu niedrig und wach: jetzt Zucker oder Saft. Nicht ganz wach: nichts in den Mund, Seitenlage. Zu hoch mit Erbrechen oder tiefem Atmen: anrufen."),
    "burn": ("A burn like this needs help now.", "Cool with lukewarm water for ten minutes, not small children all over. Take off rings, leave what sticks, no ointment.",
             "Eine solche Verbrennung braucht jetzt Hilfe.", "Zehn Minuten mit lauwarmem Wasser kühlen, kleine Kinder nicht am ganzen Körper. Ringe ab, nichts abreißen, keine Salbe."),
    "electric": ("After an electric shock the heart must be checked.", "Switch off the current before you touch anybody. Watch the breathing.",
                 "Nach einem Stromschlag muss das Herz untersucht werden.", "Erst den Strom abschalten, dann anfassen. Auf die Atmung achten."),
    "drowning": ("After being under water the lungs can fail later.", "No normal breathing: five breaths, then chest compressions. Keep warm.",
                 "Nach einem Badeunfall kann die Lunge noch später versagen.", "Keine normale Atmung: fünf Beatmungen, dann Herzdruckmassage. Warm halten."),
    "eye": ("The eye is in danger.", "Rinse chemicals out at once, with much running water, for at least fifteen minutes. Leave in what sticks in the eye.",
            "Das Auge ist in Gefahr.", "Chemisches sofort ausspülen, mit viel fließendem Wasser, mindestens fünfzehn Minuten. Was im Auge steckt, stecken lassen."),
    "vision": ("Sudden loss of sight cannot wait.", "It can be saved only within hours. Go to an emergency department at once; do not drive yourself.",
               "Plötzlicher Sehverlust kann nicht warten.", "Nur in den ersten Stunden ist er zu retten. Sofort in die Notaufnahme; nicht selbst fahren."),
    "heat": ("This can be heat stroke.", "Into the shade, clothes off, cool with water and air.",
             "Das kann ein Hitzschlag sein.", "In den Schatten, Kleidung öffnen, mit Wasser und Luft kühlen."),
    "cold": ("This can be a dangerous loss of warmth.", "Out of the cold, off with wet clothes, warm the body slowly, do not rub.",
             "Das kann eine gefährliche Unterkühlung sein.", "Aus der Kälte, Nasses ausziehen, langsam wärmen, nicht reiben."),
    "abdomen": ("A belly like this must be seen now.", "Lie with bent knees. Nothing to eat or drink, no laxatives.",
                "Ein solcher Bauch muss jetzt untersucht werden.", "Mit angezogenen Knien liegen. Nichts essen oder trinken, keine Abführmittel."),
    "spine": ("The spinal cord can be in danger.", "Go to an emergency department at once, and say that you cannot feel or hold water.",
              "Das Rückenmark kann in Gefahr sein.", "Sofort in die Notaufnahme, und sagen Sie, was Sie nicht mehr fühlen oder halten können."),
    "bite": ("A bite like this must be treated now.", "Keep the limb still and low, take off rings. Do not cut, suck or bind. After a bat or a strange animal: wash for fifteen minutes.",
             "Ein solcher Biss muss jetzt behandelt werden.", "Ruhig und tief halten, Ringe ab. Nicht schneiden, saugen oder abbinden. Nach Fledermaus oder fremdem Tier: fünfzehn Minuten waschen."),
    "limb": ("The limb can be without blood.", "Only hours are left to save it. Open a tight bandage, keep the limb low and still.",
             "Der Arm oder das Bein kann ohne Blut sein.", "Es bleiben nur Stunden. Engen Verband öffnen, tief und ruhig lagern."),
    "confusion": ("Sudden confusion can be an emergency.", "Check for fever, a fall and low blood sugar.",
                  "Plötzliche Verwirrtheit kann ein Notfall sein.", "Achten Sie auf Fieber, einen Sturz und niedrigen Blutzucker."),
    URGENT: ("This can be an emergency.", "Do not wait for an answer here.",
             "Das kann ein Notfall sein.", "Warten Sie hier nicht auf eine Antwort."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of an emergency: what it can be, whom to call, the advice, and two numbers to press.

    Without a crisis line's number there is the directory of such lines.
    """

    language: str
    heading: str
    ask: str
    advice: str
    call: str
    number: str
    crisis: str
    crisis_number: str = ""
    local: str = ""

    @property
    def title(self) -> str:
        """What it can be, and whom to call."""
        return f"{self.heading} {self.ask}"

    @property
    def calm(self) -> str:
        """What holds until help comes, whatever it is."""
        return _CALM[self.language]

    @property
    def tel(self) -> str:
        """The emergency number as a link has it."""
        return _dialled(self.number)

    @property
    def crisis_tel(self) -> str:
        """The crisis line's number as a link has it."""
        return _dialled(self.crisis_number)

    @property
    def crisis_words(self) -> str:
        """Whom to call or where to look with thoughts of suicide, as a sentence."""
        if not self.crisis_number:
            return f"{self.crisis}{_AT[self.language]}{DIRECTORY}."
        return f"{self.crisis}{', ' if ': ' in self.crisis else ': '}{self.crisis_number}."

    @property
    def directory(self) -> str:
        """Where crisis lines are found, as a link has it."""
        return f"https://{DIRECTORY}"


def cards(kinds: Sequence[str], question: str, numbers: Numbers) -> list[Card]:
    """Return the cards of what a question tells of, in its language, the nearest first."""
    told_in = language(question)
    return [card(kind, told_in, numbers) for kind in kinds]


def words(told: Sequence[Card]) -> str:
    """Return what one message told of, the nearest card first, as the text of an answer, in Markdown."""
    nearest, *others = told
    return "\n\n".join(
        (
            f"**{nearest.title}**",
            f"{nearest.advice} {nearest.calm}",
            *(f"**{other.heading}** {other.advice}" for other in others),
            f"{nearest.crisis_words} {nearest.local}".strip(),
        )
    )


def language(question: str) -> str:
    """Return the language that a card is to have."""
    return GERMAN if replies.german(question) else ENGLISH


def card(kind: str | None, told_in: str | None, numbers: Numbers) -> Card:
    """Return the card of a kind. One that is no longer known has the general words."""
    english, advice, german, rat = _TEXTS.get(kind or URGENT, _TEXTS[URGENT])
    if told_in == GERMAN:
        return Card(
            GERMAN,
            german,
            f"Rufen Sie jetzt {numbers.emergency} an.",
            rat,
            f"{numbers.emergency} anrufen",
            numbers.emergency,
            _named("Bei Gedanken an Suizid", numbers.crisis_name or ("" if numbers.crisis else "Krisentelefone")),
            numbers.crisis,
            ""
            if numbers.known
            else "112 gilt in ganz Europa und auf vielen Mobiltelefonen; anderswo wählen Sie den örtlichen Notruf.",
        )
    return Card(
        ENGLISH,
        english,
        f"Call {numbers.emergency} now.",
        advice,
        f"Call {numbers.emergency}",
        numbers.emergency,
        _named("Thoughts of suicide", numbers.crisis_name or ("" if numbers.crisis else "crisis lines")),
        numbers.crisis,
        ""
        if numbers.known
        else "112 works all over Europe and from many mobile phones; elsewhere dial your local emergency number.",
    )


def _named(thoughts: str, line: str) -> str:
    return f"{thoughts}: {line}" if line else thoughts


def _dialled(number: str) -> str:
    return re.sub(r"[^0-9+*#]", "", number)
