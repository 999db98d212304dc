"""Second step of guide.language.body: words become clauses, and those that ask, suppose or fear are silenced."""

from collections.abc import Sequence

from guide.language.body_words import LONGEST_CLAUSE, Clause, Item, load_vocabulary


def split_clauses(items: Sequence[Item]) -> list[Clause]:
    clauses = [Clause(0)]
    for at, item in enumerate(items):
        now, tags = clauses[-1], item.tags
        if not tags.isdisjoint({"stop", "question", "comma"}):
            mark = next(mark for mark in ("question", "stop", "comma") if mark in tags)
            if now.items:
                now.ends = mark
                clauses.append(Clause(now.sentence + (mark != "comma"), frozenset({mark})))
            else:  # "no wait, …"
                now.sentence += mark != "comma"
                now.after |= {mark}
        elif not tags.isdisjoint({"but", "except", "correction", "strong_correction"}):
            if item.named:
                now.items.append(item)
            now.ends = "comma"
            clauses.append(Clause(now.sentence, tags))
        elif item.words in ("no", "nope", "nah") and _is_answer(items[at + 1 : at + 6]):
            now.ends = "comma"
            clauses.append(Clause(now.sentence, frozenset({"comma"})))
        elif _begins_clause(item, now, items[at + 1 : at + 12]):
            now.ends = "comma"
            clauses.append(Clause(now.sentence, frozenset({"and"}), [item]))
        else:
            now.items.append(item)
    return _join_lists([clause for clause in clauses if clause.items])


def _is_answer(following: Sequence[Item]) -> bool:
    """ "No she can walk", "no just the legs", "no legs are fine": this no denies nothing that follows it."""
    if any(i.owned or "only" in i.tags or _is_subject(i) for i in following[:1]):
        return True
    first = next((i for i in following if i.cue or i.owned or i.tags & {"stop", "and"}), None)
    praised = first is not None and "good" in first.tags
    return praised and "region" in following[0].tags


def _begins_clause(item: Item, now: Clause, following: Sequence[Item]) -> bool:
    """Whether a new statement begins here without a comma: "… and can't walk", "… she can't walk"."""
    if len(now.items) >= LONGEST_CLAUSE:
        return True
    subject = _is_subject(item)
    if not (now.items and (subject or item.tags & _MAY_BEGIN)):
        return False
    named, cued = now.has("named"), now.has("cue")
    told = named and (cued or now.has("signs"))
    if "and" in item.tags:
        rest = [i for i in following if not i.tags & {"also", "is", "only", "still"} or i.cue]
        if not rest or (named and (rest[0].cue or _is_subject(rest[0]))):
            return bool(rest)
        one_more = "comma" in now.after and rest[0].owned and any("is_one" in i.tags for i in following[1:2])
        return (one_more or cued or told) and not rest[0].cue and _has_own_cue(rest)
    if subject:
        return told or ("except" in now.after and named)
    if item.tags & {"device", "region"} and now.items[-1].tags & {"yes", "not"}:  # "peg yes niv no", "legs yes arms no"
        answers = [i for i in now.items if i.named or i.tags & {"yes", "not"}]
        if len(answers) > 1 and answers[0].named and item.tags & answers[0].tags & {"device", "region"}:
            return "device" in item.tags or any("yes" in i.tags for i in [*now.items, *following])
    if "device" in item.tags:
        return False
    if item.named and "region" not in item.tags:  # "chokes on water, otherwise ok"
        return named and "or" not in now.items[-1].tags
    return told and "region" not in item.tags and not now.has("when", "if")


_MAY_BEGIN = frozenset({"and", "device", "region", "rest", "rest_none", "whole", "none", "asks_after", "?word"})


def _is_subject(item: Item) -> bool:
    return item.words in load_vocabulary().subjects and not item.owned


def _has_own_cue(items: Sequence[Item]) -> bool:
    """Whether what is named next is followed by a cue of its own: "(weak legs and) her arms are fine"."""
    named = False
    for item in items:
        if item.tags & {"comma", "stop", "question", "but", "except"} or (named and "and" in item.tags):
            return False
        if item.cue and "still" not in item.tags:
            return named
        named = named or item.named
    return False


def _join_lists(clauses: list[Clause]) -> list[Clause]:
    """Put a list back together that commas cut: "no trouble with speech, arms or legs"."""
    joined: list[Clause] = []
    for clause in clauses:
        before = joined[-1] if joined and joined[-1].ends == "comma" else None
        listed = before is not None and "comma" in clause.after
        if before and listed and (_shares_its_cue(before, clause) or _takes_a_cue(before, clause)):
            before.items.extend(clause.items)
            before.ends = clause.ends
        else:
            joined.append(clause)
    return joined


def _shares_its_cue(before: Clause, clause: Clause) -> bool:
    """ "no trouble with speech" + "arms or legs"; but "not her legs" + "arms and speech" are two statements."""
    if not clause.is_list() or clause.has("only"):
        if before.has("cannot") and before.items[-1].tags & {"abilities"} and _goes_on_unable(clause):
            clause.items.insert(0, next(i for i in before.items if "cannot" in i.tags))
        return False
    if before.has("can", "cannot") and all("abilities" in i.tags for i in clause.items if i.named):
        return True  # "she can eat" + "talk and walk"
    if not before.items or not before.items[-1].named:
        return False
    cues = [i for i in before.items if i.cue]
    either = any(i.words in ("or", "nor") for i in clause.items)
    bare = all("not" in i.tags for i in cues)
    return (
        bool(cues)
        and before.has("not", "verb_not", "unsure", "sensory")
        and (either or not (bare or clause.has("signs", "aids")))
    )


def _goes_on_unable(clause: Clause) -> bool:
    """ "can't walk" + "talk or use his hands": verbs without a subject or a denial of their own."""
    return "abilities" in clause.items[0].tags and not clause.has("not", "verb_not", "cannot", "can", "still", "bad")


def _takes_a_cue(before: Clause, clause: Clause) -> bool:
    """ "arms" + "legs and speech are fine"."""
    if not before.is_list() or before.has("whole", "rest", "none", "rest_none", "only", "or"):
        return False
    first_cue = next((n for n, i in enumerate(clause.items) if i.cue), 0)
    head = clause.items[:first_cue]
    several = any("or" in i.tags and not i.cue for i in head) or any(
        i.words in ("are", "were", "all", "both") for i in head
    )
    return any(i.named for i in head) and several and not any("is_one" in i.tags for i in head)


def _asks(clause: Clause) -> bool:
    if clause.has("?word", "asks_after"):
        return True
    how = load_vocabulary().questions
    words = [word for i in clause.items[:5] for word in (["the"] if i.owned else []) + i.words.split()]
    while words and words[0] in how["starters"]:
        words.pop(0)
    if len(words) < 2:
        return False
    subject = words[1] in load_vocabulary().subjects
    other = words[1] in load_vocabulary().determiners or words[1] in how["askers"]
    if words[0] in how["always"]:
        return words[1] != "not"
    return (words[0] in how["auxiliaries"] and (subject or other)) or (words[0] in how["before_pronouns"] and subject)


def silence(clauses: Sequence[Clause]) -> list[frozenset[str]]:
    """For each clause, why it states nothing: "asks", "if", "unreal", "future"; empty if it states something."""
    asked = {clause.sentence for clause in clauses if clause.ends == "question"}
    reasons: list[frozenset[str]] = []
    asking, supposing, sentence = False, False, -1
    for clause in clauses:
        if clause.sentence != sentence:
            asking, supposing, sentence = False, False, clause.sentence
        asks = _asks(clause)
        asking = asking or (asks and sentence in asked)
        supposing = (supposing and "but" not in clause.after) or (clause.has("if") and not clause.has("unsure"))
        someday = clause.has("when") and (clause.has("go") or asks)
        found = {"asks": asks or asking or clause.ends == "question", "if": supposing, "when": someday}
        found |= {tag: clause.has(tag) for tag in ("unreal", "future")}
        reasons.append(frozenset(reason for reason, holds in found.items() if holds))
    return reasons
