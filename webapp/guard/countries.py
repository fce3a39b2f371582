"""Whom to call: the emergency number and a crisis line of a country, by its two letters."""

from dataclasses import dataclass

from webapp.config import Settings


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is called in an emergency, and by whoever thinks of suicide. `known` where the country is."""

    emergency: str
    crisis: str = ""
    crisis_name: str = ""
    known: bool = True

    def within(self, text: str) -> str:
        """Return a text with the emergency number where it says `{number}`."""
        return text.replace("{number}", self.emergency)


ANYWHERE = Numbers("112", known=False)

COUNTRIES = {
    "AR": Numbers("911", "135", "Centro de Asistencia al Suicida"),
    "AT": Numbers("112", "142", "Telefonseelsorge"),
    "AU": Numbers("000", "13 11 14", "Lifeline"),
    "BE": Numbers("112", "1813", "Zelfmoordlijn"),
    "BR": Numbers("192", "188", "CVV"),
    "CA": Numbers("911", "988", "Suicide Crisis Helpline"),
    "CH": Numbers("144", "143", "Die Dargebotene Hand"),
    "CL": Numbers("131", "*4141", "Línea Prevención del Suicidio"),
    "CN": Numbers("120", "12356", "Mental health line"),
    "CO": Numbers("123", "106", "Línea 106"),
    "CZ": Numbers("112", "116 123", "Linka první psychické pomoci"),
    "DE": Numbers("112", "0800 1110111", "TelefonSeelsorge"),
    "DK": Numbers("112", "70 20 12 01", "Livslinien"),
    "ES": Numbers("112", "024", "Línea 024"),
    "FI": Numbers("112", "09 2525 0111", "MIELI"),
    "FR": Numbers("112", "3114", "Prévention du suicide"),
    "GB": Numbers("999", "116 123", "Samaritans"),
    "GR": Numbers("112", "1018", "Klimaka"),
    "HU": Numbers("112", "116 123", "Lelki elsősegély"),
    "IE": Numbers("112", "116 123", "Samaritans"),
    "IL": Numbers("101", "1201", "ERAN"),
    "IN": Numbers("112", "14416", "Tele-MANAS"),
    "IT": Numbers("112", "02 2327 2327", "Telefono Amico"),
    "JP": Numbers("119", "0120 061 338", "Yorisoi Hotline"),
    "KR": Numbers("119", "109", "Suicide prevention line"),
    "LU": Numbers("112", "45 45 45", "SOS Détresse"),
    "MX": Numbers("911", "800 911 2000", "Línea de la Vida"),
    "NL": Numbers("112", "113", "113 Zelfmoordpreventie"),
    "NO": Numbers("113", "116 123", "Mental Helse"),
    "NZ": Numbers("111", "1737", "Need to talk?"),
    "PL": Numbers("112", "116 123", "Telefon wsparcia"),
    "PT": Numbers("112", "1411", "Linha de prevenção do suicídio"),
    "SE": Numbers("112", "90101", "Mind Självmordslinjen"),
    "SG": Numbers("995", "1767", "Samaritans of Singapore"),
    "TR": Numbers("112"),
    "US": Numbers("911", "988", "Suicide & Crisis Lifeline"),
    "ZA": Numbers("112", "0800 567 567", "SADAG"),
}


def numbers(settings: Settings) -> Numbers:
    """Return whom to call in this deployment: what its settings say, else its country's, else 112."""
    country = COUNTRIES.get(settings.emergency_country.upper(), ANYWHERE)
    return Numbers(
        settings.emergency_number or country.emergency,
        settings.crisis_line or country.crisis,
        "" if settings.crisis_line else country.crisis_name,
        known=country.known or bool(settings.emergency_number),
    )
