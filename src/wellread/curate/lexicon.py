"""Closed word lists of English that question forming stands on. No tagger: what is not listed is not
touched."""


def words(text: str) -> frozenset[str]:
    """The words of `text` as a set."""
    return frozenset(text.split())


AUXILIARIES = words("is are was were can could may might must should shall will would")
BE = frozenset(["is", "are", "was", "were"])

BASE_VERBS = words(
    """accept access accrue achieve act add address administer adopt advise affect agree allow announce
    apply appoint approve arrange ask assess assign assist attend audit authorize award become begin
    belong bill book bring build buy calculate call cancel carry cause certify change charge check
    choose claim close collect come communicate complete comply conduct confirm connect consider consist
    consult contact contain continue contribute convert coordinate cost count cover create cut deal
    decide define deliver depend describe design determine develop direct discuss display document
    donate draft earn email employ enable encourage end enforce enroll ensure enter establish evaluate
    exceed exclude exist expect expire explain extend facilitate fall file fill find finish focus follow
    forfeit fund gain generate get give go govern grant guide handle happen have help hire hold host
    identify implement improve include incur inform initiate install invite invoice involve issue join
    keep know last launch lead learn leave let lie limit list live log lose maintain make manage mark
    matter mean measure meet monitor move need notify obtain occur offer open operate order organize
    oversee own park pass pay perform permit plan play post prepare present prevent process produce
    prohibit promote protect provide publish purchase put qualify rank reach read receive recommend
    record reduce refer register reimburse reject release rely remain remove renew replace report
    represent request require reserve resolve respond restrict result retain return review run save
    schedule see seek select send serve set share show sign sit specify speak spend sponsor staff start
    state stay stop store submit suggest supply support take talk teach tell terminate test track train
    transfer travel treat try turn undergo update upload use validate vary verify view visit wait want
    warrant withhold work write"""
)

PARTICIPLES = words(
    """been taken made given had done gone got gotten held kept left lost met paid put read run said seen
    sent set shown spent built bought found become begun brought chosen written"""
)

BOUNDARIES = words(
    """if when unless because that which who whom whose while although though whereas where and or but so
    whether since than as until how what why"""
)
"""A part of a sentence that has none of these (and no comma, colon or dash) hangs together."""

DISCOURSE = (
    "note that|please note that|please note|note|however|additionally|in addition|also|currently|generally|"
    "typically|usually|normally|in general|for example|therefore|thus|furthermore|moreover|as a reminder|"
    "remember|important|tip|finally|first|second|third|then|next|as of now|in most cases|in some cases|"
    "at this time|similarly|likewise|as such|in fact|overall|instead|again|basically|once again|first off"
)
"""Openers that a question does without."""

IMPERATIVES = words(
    """add allow apply arrange ask attach book bring call cancel check choose claim complete contact create
    download email enter file fill follow give include keep list log make notify obtain open pay plan
    post prepare provide register report request reserve retain return review save schedule select send
    set share sign start store submit update upload use visit wait"""
)

VAGUE = words(
    """this that these those it they them he she his her their its here there above below following such
    same latter former another other others one ones both either neither everyone everything
    something anything someone nothing some many most few more less several none no nobody whoever whatever whichever
    what which who"""
)
"""A subject that is or starts with one of these points somewhere the question does not show."""

PEOPLE = words(
    """administrator admin advisor analyst applicant approver assistant attorney authority board buyer
    candidate cardholder chair chief ciso cio coach committee contractor coordinator council counsel
    customer delegate department designer developer director division employee employees engineer
    executive facilitator finance group hr individual lead leader leaders leadership legal librarian
    manager managers member members nurse office officer officers official officials onboarder
    operations organizer owner owners panel partner people person personnel physician president
    procurement professional provider representative requester researcher reviewer security sponsor
    staff steward supervisor supervisors team teams traveler travelers treasurer unit user users vendor
    volunteer worker workers"""
)

ADVERBS = words(
    """also only always typically usually generally normally currently automatically often then now still
    already therefore immediately please directly ordinarily initially annually note thus hence however
    otherwise further"""
)


def base_of(word: str) -> tuple[str, str] | None:
    """`(base, form)` of a listed verb as it stands; form is `s`, `base` or `past`. None where it is no
    listed verb."""
    if word in ("has", "had"):
        return "have", "s" if word == "has" else "past"
    if word in BASE_VERBS:
        return word, "base"
    endings = [
        ("ies", "y", "s"),
        ("es", "", "s"),
        ("s", "", "s"),
        ("ied", "y", "past"),
        ("ed", "", "past"),
        ("ed", "e", "past"),
    ]
    for ending, replacement, form in endings:
        if ending == "es" and not word[:-2].endswith(("s", "x", "z", "ch", "sh", "o")):
            continue
        if word.endswith(ending) and (base := word[: -len(ending)] + replacement) in BASE_VERBS:
            return base, form
    return None
