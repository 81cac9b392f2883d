"""Until when somebody is away, in the words of his automatic answer.

The words are kept as written: whether 3/4 is in March or in April only their writer knows.
"""

import re

MONTH = (
    r"(?:jan|f[eé]v|feb|mar|mär|maart|apr|abr|avr|mai|may|maj|mag|mei|ma[yi]o|jun|jui|giu|jul|lug|"
    r"aug|ago|aoû|sep|set|oct|okt|out|ott|nov|de[czs]|déc|dic|gen|ene|янв|фев|мар|апр|мая|июн|июл|"
    r"авг|сен|окт|ноя|дек|sty|lut|kwi|cze|lip|sie|wrz|paź|lis|gru)[^\W\d]{0,9}\.?"
)
DAY = r"\d{1,2}(?:st|nd|rd|th|er|º|ª|°)?"
DATE = (
    rf"(?:(?:[^\W\d]{{2,12}}(?:-feira)?\.?,? )?(?:the |den |dem |le |el |il |o |dia |o dia )?(?:"
    rf"{DAY}\.?[ /-](?:of |de |d')?{MONTH}(?:,?[ /-](?:de |del )?\d{{4}})?"
    rf"|{MONTH} {DAY}(?:,? \d{{4}})?"
    r"|\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-]?(?:\d{2,4})?))"
)
UNTIL = re.compile(
    r"\b(?:until|till|til|through|thru|back(?: in the office| at work)? (?:on|from)|"
    r"return(?:ing)?(?: to (?:the office|work|my desk))? on|bis(?: einschließlich| zum)?|"
    r"wieder (?:ab|am|im büro ab)|ab(?= dem)|jusqu.(?:au|à)|de retour|à partir du|até(?: o)?|"
    r"retorn\w{0,6}(?: ao escritório)?(?: em| no)?|"
    r"(?:de volta|volto|voltarei)(?: em| no| a partir de)?|hasta|vuelvo|volveré|regreso|"
    r"de vuelta|fino al?|rientr\w{0,6}|(?:sarò|di nuovo) in ufficio|tot(?: en met)?|t\.?o\.?m\.?|"
    rf"till och med|tillbaka|til og med|do(?: dnia)?|до|по)\s+({DATE})",
    re.I,
)
ARTICLE = re.compile(r"^(?:the|den|dem|le|el|il|o dia|o|dia) ", re.I)
SEARCHED = 4_000


def until(text: str) -> str:
    """Return the day or date a text names as the end of an absence, or "" where it names none."""
    found = UNTIL.search(" ".join(text[:SEARCHED].split()))
    return ARTICLE.sub("", found[1].strip(" ,.")) if found else ""
