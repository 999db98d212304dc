"""What a message asks: its parts in order, and which of them are questions."""

import re

from guide.language.text import sentences

# "is it", "does als", "can she": a verb asks only before a subject. "is getting worse", "has a tube" tell something.
_VERB = (
    r"(?:is|isn'?t|are|aren'?t|am|was|were|do|does|doesn'?t|don'?t|did|can|can'?t|could|should|shall|will|won'?t|would|"
    r"has|have|may|might|must|shud|shld|cud|wud|wld)"
)
_SUBJECT = (
    r"(?:i|you|u|he|she|it|we|they|there|this|that|these|those|the|my|his|her|our|your|their|people|someone|anyone|anybody|"
    r"everyone|patients|als|mnd|mum|mom|dad|riluzole|edaravone|tofersen|relyvrio|stem|all|any|some)"
)
_WORD = r"(?:what|what'?s|wot|wat|wht|which|who|who'?s|whom|whose|where|why|how|how'?s)"
_ASKING = rf"(?:{_WORD}\b|{_VERB}\s+{_SUBJECT}\b|when\s+{_VERB}\b)"
_REQUEST = r"(?:tell me|explain|describe|i (?:want|need) to know|i(?: would|'d) like to know|wondering|any)\b"
_OPENING = r"(?:(?:and|also|but|so|ok|okay|please|hi|hello|yes|no|well|then)\b[ ,]*)*"
_QUESTION = re.compile(rf"\?|^{_OPENING}(?:{_ASKING}|{_REQUEST})", re.I)
# Two things in one breath: "is there a cure and what about her arms", "yes, can she still drive", "he cant swallow what
# do i do".
_JOINT = re.compile(
    rf"(?:,\s*(?:(?:and|also|but|plus|or)\s+)?|\s+(?:and also|and|also|plus|but)\s+)(?={_ASKING}|tell me|explain)"
    rf"|(?<=\w\w\w)(?<!\band)(?<!\bbut)\s+(?={_WORD}\s+{_VERB}\s+(?:i|you|u|he|she|we|they)\b)"
    rf"|(?<=^yes)[,.]?\s+|(?<=^yeah)[,.]?\s+|(?<=^no)[,.]?\s+(?={_ASKING})",
    re.I,
)
# Where one asks already, the second may ask of anything: "…, and does a small whisky do any harm", "n do i get it". In
# what tells something that would be a statement: "she can't walk but can stand".
_AND = r"(?:and|an|n|&|plus|also|but|or|then|cos|because|so|if not|failing that)"
_ALSO = re.compile(
    rf",?\s+(?:{_AND}\s+)+(?=(?:{_WORD}|when|at what|any)\b|{_VERB}\s+\w|tell me|explain)|,\s*(?={_VERB}\s+\w)", re.I
)
# Not so, or not yet. But "I don't know if her legs are weak" and "she walks if I hold her" tell something.
_THEN = r"(?:would|wld|which stage|what stage|still count|does that|does it|is that)"
_SUPPOSING = re.compile(
    rf"^{_OPENING}(?:wh?at\s*)?if\b(?! (?:it|that) (?:helps|matters))|\b(?:suppos(?:e|ing)|imagine|let'?s say)\b"
    rf"|\b{_THEN}\b.*\bif\b|\bif\b.*\b{_THEN}\b|^{_OPENING}(?:would|wld)\b",
    re.I,
)
_IF = re.compile(
    rf"^{_OPENING}(?:wh?at\s+)?(?:would|wld)\s+(?:it|that|this)\b.*?\bif\b|^{_OPENING}(?:would|wld)\b|\b(?:wh?at\s*)?if\b"
    r"|\bsuppos(?:e|ing)(?: that)?\b|\bimagine\b|\blet'?s say\b"
    r"|\b(?:(?:which|what) stage|(?:does|would|is) (?:it|that|this))\b.*|\?",
    re.I,
)


def supposes(part: str) -> bool:
    """Whether a sentence speaks of what might be, so that it tells no facts."""
    return bool(_SUPPOSING.search(part))


def as_if_so(part: str) -> str:
    """A supposition as if it were so: "what if she needs the mask" becomes "she needs the mask"."""
    return _IF.sub("", part)


def is_question(part: str) -> bool:
    """Whether a sentence asks something: by its mark, or by how it begins, as tired people leave the mark out."""
    return bool(_QUESTION.search(part))


def split(text: str) -> list[str]:
    """The parts of a cleaned message that may each mean something of their own, in order; at least one."""
    joined = [piece for sentence in sentences(text) for piece in _JOINT.split(sentence)]
    parts = [part.strip() for piece in joined for part in (_ALSO.split(piece) if is_question(piece) else [piece])]
    return [part for part in parts if re.search(r"\w", part)] or [text]
