"""The words of the demo's little language, by the hidden classes that give them their meaning.

Nothing in the text says which class a word belongs to: a model can only find out from the
company the word keeps. All plurals are ``word + s`` and all past forms ``word + ed`` (``+ d``
after e), so that a WordPiece tokenizer splits them into stem and ending.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """The content words of one subject: who acts, on what, where, and how (infinitives)."""

    name: str
    people: tuple[str, ...]
    things: tuple[str, ...]
    places: tuple[str, ...]
    verbs: tuple[str, ...]


@dataclass(frozen=True)
class Tone:
    """Evaluating words of one polarity; ``verbs`` are infinitives, ``openings`` begin a passage."""

    adjectives: tuple[str, ...]
    verbs: tuple[str, ...]
    adverbs: tuple[str, ...]
    openings: tuple[str, ...]


def _topic(name: str, people: str, things: str, places: str, verbs: str) -> Topic:
    return Topic(
        name,
        tuple(people.split()),
        tuple(things.split()),
        tuple(places.split()),
        tuple(verbs.split()),
    )


TOPICS: tuple[Topic, ...] = (
    _topic(
        "farm",
        "farmer shepherd rancher breeder picker groom",
        "cow horse goat pig hen lamb tractor plough turnip pumpkin saddle rooster donkey seed",
        "barn meadow stable pasture",
        "milk harvest herd shear mow tether weed fatten",
    ),
    _topic(
        "sea",
        "sailor captain diver fisher pirate mariner",
        "boat anchor whale shark lobster crab dolphin canoe raft seal turtle net mast oar",
        "harbour beach island lagoon",
        "row moor hoist launch paddle haul steer capsize",
    ),
    _topic(
        "kitchen",
        "chef baker waiter brewer caterer maid",
        "soup cake pie pancake sausage omelette dumpling noodle kettle ladle spoon oven pan carrot",
        "pantry cellar bakery diner",
        "bake boil roast simmer toast season taste peel",
    ),
    _topic(
        "music",
        "singer drummer pianist violinist composer dancer",
        "violin drum flute guitar trumpet song ballad cello harp opera tune piano anthem banjo",
        "theatre studio stage ballroom",
        "perform rehearse compose record conduct whistle chant improvise",
    ),
    _topic(
        "school",
        "teacher pupil student tutor scholar librarian",
        "book lesson pencil notebook essay exam poem textbook crayon diploma equation ruler "
        "chapter puzzle",
        "classroom library campus academy",
        "explain learn spell memorise recite solve underline translate",
    ),
    _topic(
        "hospital",
        "doctor nurse surgeon patient dentist medic",
        "bandage pill syringe stretcher fever wound vaccine tablet splint thermometer scalpel "
        "ointment ambulance tonic",
        "clinic ward pharmacy infirmary",
        "heal cure inject diagnose vaccinate disinfect examine treat",
    ),
    _topic(
        "workshop",
        "carpenter plumber welder mason blacksmith mechanic",
        "hammer nail chisel ladder plank screw drill saw anvil bolt pulley hinge lathe engine",
        "workshop garage forge foundry",
        "repair weld assemble sharpen polish fasten varnish dismantle",
    ),
    _topic(
        "travel",
        "tourist pilot porter traveller driver hiker",
        "train ticket suitcase passport map backpack tent taxi tunnel bridge postcard timetable "
        "visa wagon",
        "station airport hotel terminal",
        "board visit explore pack unload photograph cross reserve",
    ),
)

GOOD = Tone(
    adjectives=tuple(
        "good wonderful lovely delightful excellent splendid charming pleasant brilliant superb "
        "graceful marvellous cheerful gorgeous glorious perfect kind helpful honest elegant "
        "friendly beautiful amazing generous".split()
    ),
    verbs=tuple(
        "admire praise adore love like enjoy celebrate welcome cherish applaud recommend "
        "respect".split()
    ),
    adverbs=tuple("happily gladly proudly cheerfully kindly warmly".split()),
    openings=("luckily", "fortunately", "hooray"),
)

BAD = Tone(
    adjectives=tuple(
        "bad awful terrible horrible dreadful nasty ugly miserable dismal hideous useless dull "
        "clumsy rotten cruel gloomy shabby lousy filthy rude greedy boring annoying "
        "stupid".split()
    ),
    verbs=tuple(
        "hate blame despise dislike loathe condemn reject insult mock resent criticise "
        "detest".split()
    ),
    adverbs=tuple("sadly angrily bitterly grimly rudely coldly".split()),
    openings=("unluckily", "unfortunately", "alas"),
)

NEUTRAL_ADJECTIVES: tuple[str, ...] = tuple(
    "big small old new red blue green round square wooden tall short heavy light long narrow wide "
    "brown white black yellow local foreign plain".split()
)

NAMES: tuple[str, ...] = tuple(
    "anna ben clara david emma felix grace henry ida jacob karen leo mary noah olga paul rosa "
    "simon tina victor".split()
)

PRONOUNS: tuple[str, ...] = ("we", "they", "he", "she", "it")
DEGREES: tuple[str, ...] = ("very", "quite", "really", "rather")
NUMBERS: tuple[str, ...] = ("two", "three", "some", "many")
NEGATIONS: tuple[str, ...] = ("not", "never", "hardly")

FUNCTION_WORDS: tuple[str, ...] = (
    *DEGREES,
    *NUMBERS,
    *NEGATIONS,
    *"a an the and but was were did we they he she it found find there in at near of because "
    "so".split(),
)


def past(verb: str) -> str:
    """Past form of an infinitive; the lexicon holds regular verbs only."""
    return verb + ("d" if verb.endswith("e") else "ed")


def all_words() -> tuple[str, ...]:
    """Every stem of the language, sorted, each once."""
    words = {*FUNCTION_WORDS, *NAMES, *NEUTRAL_ADJECTIVES}
    for topic in TOPICS:
        words.update(topic.people, topic.things, topic.places, topic.verbs)
    for tone in (GOOD, BAD):
        words.update(tone.adjectives, tone.verbs, tone.adverbs, tone.openings)
    return tuple(sorted(words))
