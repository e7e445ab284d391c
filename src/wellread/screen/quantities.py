"""Regular expressions for the exact things people ask for: amounts, durations, dates, times, addresses."""

import re

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"

_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|"
    "forty|fifty|sixty|ninety"
)
NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?|(?:{_WORDS})\b(?:\s\(\d+\))?)"
QUALIFIER = (
    r"(?:(?:up to|at least|at most|no more than|not more than|no later than|no fewer than|no less than|"
    r"a maximum of|a minimum of|more than|less than|fewer than|about|approximately|around|roughly|"
    r"over|under|"
    r"an additional|the first|the last)\s)"
)
UNIT = (
    r"(?:(?:business|calendar|working|consecutive|federal|full|work)\s)*"
    r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|pay periods?|quarters?|fiscal years?|"
    r"workdays?)\b"
)
DURATION = rf"(?:{QUALIFIER}?{NUMBER}(?:\s?(?:-|–|to|or)\s?{NUMBER})?[\s-]{UNIT})"
MONEY = (
    rf"(?:{QUALIFIER}?[$€£]\d[\d,]*(?:\.\d+)?(?:\s?(?:million|billion|thousand)\b|[kKMB]\b)?"
    r"(?:\s(?:per|a|an)\s(?:\w+\s)?(?:hour|day|night|month|year|person|user|mile|seat|trip|week|"
    r"employee|device)\b)?)"
)
PERCENT = rf"(?:{QUALIFIER}?\d+(?:\.\d+)?(?:\s?(?:-|–|to)\s?\d+)?\s?(?:%|percent\b))"
DATE = (
    rf"(?:(?:(?:{DAYS}),?\s)?(?:{MONTHS})\s\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s\d{{4}}\b)?"
    rf"|\d{{1,2}}\s(?:{MONTHS})\s\d{{4}}\b|(?:{MONTHS})(?:\sof)?\s\d{{4}}\b|"
    rf"\b\d{{1,2}}/\d{{1,2}}/\d{{2,4}}\b"
    r"|\b\d{4}-\d{2}-\d{2}\b|\b(?:19|20)\d{2}\b)"
)
TIME = (
    r"(?:(?:\d{1,2}(?::\d{2})?\s?(?:[AaPp]\.?[Mm]\b\.?)|noon\b|midnight\b)"
    r"(?:\s\(?(?:[ECMP][SD]?T|Eastern|Central|Pacific|UTC|GMT)\b\)?)?)"
)
EMAIL = r"(?:[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
PHONE = r"(?:(?:\+?1[\s.-])?(?:\(\d{3}\)\s?|\b\d{3}[\s.-])\d{3}[\s.-]\d{4}\b)"
URL = r"(?:https?://[^\s<>()\"']+[\w/])"
FREQUENCY = (
    rf"(?:every\s(?:{NUMBER}\s|other\s)?(?:(?:business|fiscal|pay)\s)?"
    r"(?:hours?|days?|weeks?|months?|years?|quarters?|periods?|morning|Monday|Tuesday|Wednesday|"
    r"Thursday|Friday)\b"
    rf"|(?:once|twice|{NUMBER}\stimes)\s(?:a|per|every|each)\s(?:(?:fiscal|calendar|pay)\s)?"
    r"(?:hour|day|week|month|year|quarter|period)\b|annually\b|weekly\b|monthly\b|quarterly\b|"
    r"daily\b|biweekly\b)"
)

EXACT = re.compile("|".join([MONEY, PERCENT, DURATION, DATE, TIME, EMAIL, PHONE, URL, r"\d"]))
"""Whether a text states anything that can be looked up to the letter."""
