"""The demo's two classification tasks: few training examples, and unknown words in development.

Training text is spoken with some of the words of every class, development text with all of
them. Who learnt the classes from other text can transfer what the training examples teach; who
has seen only the training examples cannot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grammar import Speaker, Vocabulary

Example = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """One task: its columns, its classes, and how one example of a class is said.

    ``say(speaker, label)`` returns the texts in the order of ``text_columns``.
    """

    name: str
    description: str
    text_columns: tuple[str, ...]
    labels: tuple[str, ...]
    say: Callable[[Speaker, int], tuple[str, ...]]


@dataclass(frozen=True)
class Sizes:
    """Examples per part, and the share of every word class that training text uses."""

    train: int = 256
    validation: int = 256
    known_words: float = 0.4


def _say_mood(speaker: Speaker, label: int) -> tuple[str, ...]:
    topic = speaker.rng.choice(speaker.vocabulary.topics)
    return (speaker.sentence(topic, 1 if label else -1),)


def _say_match(speaker: Speaker, label: int) -> tuple[str, ...]:
    rng, topics = speaker.rng, speaker.vocabulary.topics
    topic = rng.choice(topics)
    other = topic if label else rng.choice([t for t in topics if t is not topic])
    tones = (1, -1, 0, 0)
    first = speaker.sentence(topic, rng.choice(tones))
    content = {*topic.people, *topic.things, *topic.places, *topic.verbs}
    used = {word.removesuffix("s") for word in first.split()} & content
    # A word said twice would give the answer away without any knowledge of topics.
    while True:
        second = speaker.sentence(other, rng.choice(tones))
        if not used & {word.removesuffix("s") for word in second.split()}:
            return first, second


TASKS: tuple[Task, ...] = (
    Task("mood", "Is the tone of the sentence good?", ("sentence",), ("bad", "good"), _say_mood),
    Task(
        "match",
        "Do the two sentences speak of the same topic?",
        ("sentence1", "sentence2"),
        ("different", "same"),
        _say_match,
    ),
)


def examples(task: Task, sizes: Sizes, seed: int) -> tuple[list[Example], list[Example]]:
    """Training and development examples: balanced, shuffled, no text twice in either or both."""
    full = Vocabulary.full()
    known = full.part(sizes.known_words, seed)
    taken: set[tuple[str, ...]] = set()
    parts = []
    for count, vocabulary, offset in ((sizes.train, known, 1), (sizes.validation, full, 2)):
        speaker = Speaker(vocabulary, 1000 * seed + offset)
        rows: list[Example] = []
        while len(rows) < count:
            label = len(rows) % len(task.labels)
            texts = task.say(speaker, label)
            if texts not in taken:
                taken.add(texts)
                rows.append({**dict(zip(task.text_columns, texts, strict=True)), "label": label})
        speaker.rng.shuffle(rows)
        parts.append([{**row, "idx": index} for index, row in enumerate(rows)])
    return parts[0], parts[1]
