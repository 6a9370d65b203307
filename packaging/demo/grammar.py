"""Generates the demo's text: sentences about a topic, in a tone, from a seed.

A sentence has two hidden properties that a reader understands at once and a model has to infer
from word classes: its topic, and its tone (+1 good, −1 bad, 0 neither). A negation turns the
tone of the word it stands before: "was not awful" is good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import lexicon
from lexicon import BAD, GOOD, Tone, Topic

NEGATED_SHARE = 0.15
OPENING_SHARE = 0.4
BUT_SHARE = 0.1
COMPOUND_SHARE = 0.6
CONTINUED_SHARE = 0.7
OPINION_SHARE = 0.4


@dataclass(frozen=True)
class Vocabulary:
    """The words a speaker may use; all of them, or some of every class.

    ``tones`` maps +1 and −1 to their evaluating words.
    """

    topics: tuple[Topic, ...]
    tones: dict[int, Tone]

    @classmethod
    def full(cls) -> Vocabulary:
        return cls(lexicon.TOPICS, {1: GOOD, -1: BAD})

    def part(self, share: float, seed: int) -> Vocabulary:
        """A seeded ``share`` of the words of every class, at least one of each."""
        rng = Random(seed)

        def some(words: Sequence[str]) -> tuple[str, ...]:
            return tuple(sorted(rng.sample(words, max(1, round(share * len(words))))))

        topics = tuple(
            Topic(t.name, some(t.people), some(t.things), some(t.places), some(t.verbs))
            for t in self.topics
        )
        tones = {
            sign: Tone(*map(some, (tone.adjectives, tone.verbs, tone.adverbs, tone.openings)))
            for sign, tone in self.tones.items()
        }
        return Vocabulary(topics, tones)


@dataclass(frozen=True)
class _Noun:
    text: str
    plural: bool

    @property
    def was(self) -> str:
        return "were" if self.plural else "was"


class Speaker:
    """Says sentences with the words of a vocabulary; the same seed says the same ones."""

    def __init__(self, vocabulary: Vocabulary, seed: int) -> None:
        self.vocabulary = vocabulary
        self.rng = Random(seed)

    def sentence(self, topic: Topic, tone: int) -> str:
        """One sentence about ``topic`` in ``tone`` (+1, −1 or 0), lower case, ending in a stop."""
        return self._clause(topic, tone) + " ."

    def compound(self, topic: Topic, tone: int) -> str:
        """Two clauses in one sentence: joined by *and*, *so* or *because* they share the tone."""
        first = self._clause(topic, tone)
        if tone and self._chance(BUT_SHARE):
            return f"{first} but {self._clause(topic, -tone)} ."
        joint = self.rng.choice(("and", "so", "because"))
        return f"{first} {joint} {self._clause(topic, tone)} ."

    def opinion(self, tone: int) -> str:
        """A sentence of evaluating words and little else, about nothing in particular."""
        words = self.vocabulary.tones[tone]
        someone = self.rng.choice((*lexicon.NAMES, *lexicon.PRONOUNS))
        draw = self.rng.random()
        if draw < 0.5:
            first, second, third = self.rng.sample(words.adjectives, 3)
            was = "were" if someone in ("we", "they") else "was"
            return f"{someone} {was} {first} , {second} and {third} ."
        first, second = map(lexicon.past, self.rng.sample(words.verbs, 2))
        adverb, adjective = self.rng.choice(words.adverbs), self.rng.choice(words.adjectives)
        if draw < 0.75:
            return f"{someone} {adverb} {first} and {second} the {adjective} {self._name()} ."
        return f"{someone} {first} {self._name()} because {self._name()} was {adjective} ."

    def _name(self) -> str:
        return self.rng.choice(lexicon.NAMES)

    def _chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def _clause(self, topic: Topic, tone: int) -> str:
        if tone == 0:
            return self._event(topic, 0) if self._chance(0.7) else self._there_was(topic)
        forms = (self._is, self._is, self._feels, self._finds, self._event)
        return self.rng.choice(forms)(topic, tone)

    def _evaluation(self, tone: int, kind: str) -> tuple[str, str]:
        """A negation or nothing, and the word whose tone together with it is ``tone``."""
        negation = self.rng.choice(lexicon.NEGATIONS) if self._chance(NEGATED_SHARE) else ""
        words = self.vocabulary.tones[-tone if negation else tone]
        return negation, self.rng.choice(getattr(words, kind))

    def _person(self, topic: Topic, tone: int) -> _Noun:
        if self._chance(0.2):
            return _Noun(self.rng.choice(lexicon.NAMES), plural=False)
        return self._noun(topic.people, self._toned_adjective(tone) if self._chance(0.3) else "")

    def _thing(self, topic: Topic, tone: int) -> _Noun:
        adjective = self._toned_adjective(tone) if self._chance(0.3) else ""
        return self._noun(topic.things, adjective)

    def _toned_adjective(self, tone: int) -> str:
        if tone == 0 or self._chance(0.3):
            return self.rng.choice(lexicon.NEUTRAL_ADJECTIVES)
        return self.rng.choice(self.vocabulary.tones[tone].adjectives)

    def _noun(self, words: Sequence[str], adjective: str) -> _Noun:
        plural = self._chance(0.3)
        noun = self.rng.choice(words) + ("s" if plural else "")
        described = f"{adjective} {noun}" if adjective else noun
        if self._chance(0.6):
            article = "the"
        elif plural:
            article = self.rng.choice(lexicon.NUMBERS)
        else:
            article = "an" if described[0] in "aeiou" else "a"
        return _Noun(f"{article} {described}", plural)

    def _place(self, topic: Topic) -> str:
        return f"{self.rng.choice(('in', 'at', 'near'))} the {self.rng.choice(topic.places)}"

    def _is(self, topic: Topic, tone: int) -> str:
        subject = (self._thing if self._chance(0.6) else self._person)(topic, tone)
        negation, word = self._evaluation(tone, "adjectives")
        degree = self.rng.choice(lexicon.DEGREES) if not negation and self._chance(0.3) else ""
        return " ".join(filter(None, (subject.text, subject.was, negation, degree, word)))

    def _feels(self, topic: Topic, tone: int) -> str:
        # No toned adjectives here: who praises an awful cake is not of one mind.
        subject, thing = self._person(topic, 0).text, self._thing(topic, 0).text
        negation, verb = self._evaluation(tone, "verbs")
        if negation == "not":
            return f"{subject} did not {verb} {thing}"
        return " ".join(filter(None, (subject, negation, lexicon.past(verb), thing)))

    def _finds(self, topic: Topic, tone: int) -> str:
        subject = self.rng.choice(("we", "they", "he", "she"))
        thing = self._thing(topic, 0).text
        negation, word = self._evaluation(tone, "adjectives")
        if negation == "not":
            return f"{subject} did not find {thing} {word}"
        return " ".join(filter(None, (subject, negation, "found", thing, word)))

    def _event(self, topic: Topic, tone: int) -> str:
        verb = lexicon.past(self.rng.choice(topic.verbs))
        place = self._place(topic) if not tone and self._chance(0.4) else ""
        if not tone:
            words = (self._person(topic, 0).text, verb, self._thing(topic, 0).text, place)
        elif self._chance(0.6):
            adverb = self.rng.choice(self.vocabulary.tones[tone].adverbs)
            words = (self._person(topic, tone).text, adverb, verb, self._thing(topic, tone).text)
        else:
            thing = self._noun(
                topic.things, self.rng.choice(self.vocabulary.tones[tone].adjectives)
            )
            words = (self._person(topic, tone).text, verb, thing.text)
        return " ".join(filter(None, words))

    def _there_was(self, topic: Topic) -> str:
        noun = self._thing(topic, 0) if self._chance(0.7) else self._noun(topic.people, "")
        return f"there {noun.was} {noun.text} {self._place(topic)}"


@dataclass(frozen=True)
class Pair:
    """Two passages for pre-training; ``continues`` if both are of one document."""

    first: str
    second: str
    continues: bool


def corpus(pairs: int, seed: int) -> list[Pair]:
    """Text for pre-training: pairs of passages.

    A document keeps its topic and its tone. Most pairs continue one; in the others the second
    passage comes from a document that differs in the topic, the tone, or both.
    """
    speaker = Speaker(Vocabulary.full(), seed)
    rng = speaker.rng
    topics = speaker.vocabulary.topics
    tones = (1, -1, 1, -1, 0)

    def passage(topic: Topic, tone: int) -> str:
        if opinionated and tone:
            text = speaker.opinion(tone)
        else:
            say = speaker.compound if rng.random() < COMPOUND_SHARE else speaker.sentence
            text = say(topic, tone)
        if tone and rng.random() < OPENING_SHARE:
            return f"{rng.choice(speaker.vocabulary.tones[tone].openings)} , {text}"
        return text

    result = []
    for _ in range(pairs):
        topic, tone = rng.choice(topics), rng.choice(tones)
        opinionated = rng.random() < OPINION_SHARE
        continues = rng.random() < CONTINUED_SHARE
        first = passage(topic, tone)
        if not continues:
            before = (topic, tone)
            while (topic, tone) == before:
                topic = rng.choice(topics) if rng.random() < 0.7 else topic
                tone = rng.choice(tones) if rng.random() < 0.7 else tone
        result.append(Pair(first, passage(topic, tone), continues))
    return result
