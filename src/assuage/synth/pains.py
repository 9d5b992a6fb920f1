"""The kinds of pain that made-up people have: who they are, what they are given and in which order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assuage.synth.chance import Chance
from assuage.synth.courses import Habits
from assuage.synth.knowledge import Medicine, medicines, rates, readings
from assuage.synth.plan import Operation, OperationResult

Named = tuple[str, str, str]
"""Condition key, printed name, and ICD-10-CM code where it has one."""


@dataclass(frozen=True)
class Patient:
    """Whom an order of medicines is chosen for; `without` are contraindicated ingredients."""

    condition: str
    difficult: bool
    without: frozenset[str]


Order = Callable[[Chance, Patient], list[Medicine]]
"""Which medicines somebody gets, in which order."""


@dataclass(frozen=True)
class PainKind:
    """One kind of pain.

    `instrument` shows what a drug did. `contraindicating` is a diagnosis or gene that rules drugs out:
    its name, how a history file names the drugs, and their ingredients.
    """

    group: str
    conditions: tuple[Named, ...]
    ages: tuple[int, int]
    female_share: float
    specialty: str
    instrument: str
    habits: Habits
    order: Order
    red_flags: tuple[str, ...]
    competing: Mapping[str, str]  # a drug of this pain, and the other illness that it is also given for
    contraindicating: tuple[Named, tuple[str, ...], frozenset[str]] | None = None
    operate: Callable[[Chance, int], Operation] | None = None


def _trigeminal_order(chance: Chance, patient: Patient) -> list[Medicine]:
    """The two of first choice, mostly carbamazepine first, then the second line."""
    table = medicines("trigeminal_neuralgia")
    first = list(readings()["tn_first_choice"])
    if chance.below(0.3):
        first.reverse()
    second = chance.some_of(readings()["tn_second_line"], chance.between(0, 4 if patient.difficult else 1))
    order = first[: chance.between(1, 2)] + second
    return [table[name] for name in order if name not in patient.without] or [table["gabapentin"]]


def _by_class(
    chance: Chance, table: Mapping[str, Medicine], classes: Sequence[Sequence[str]], patient: Patient
) -> list[Medicine]:
    """One of each class, in any order: of every class, or of the first few."""
    known = [[name for name in names if name in table] for names in classes]
    order = [
        table[chance.one_of(names)] for names in chance.some_of([one for one in known if one], len(known))
    ]
    thorough = patient.difficult and chance.below(0.5)
    return order if thorough else order[: chance.between(1, 6 if patient.difficult else 3)]


def _neuropathic_order(chance: Chance, patient: Patient) -> list[Medicine]:
    classes = _allowed(readings()["neupsig_classes"], patient.without)
    if patient.condition in CENTRAL:
        classes = {name: one for name, one in classes.items() if name not in readings()["neupsig_peripheral"]}
    return _by_class(chance, medicines("neuropathic_pain"), list(classes.values()), patient)


def _migraine_order(chance: Chance, patient: Patient) -> list[Medicine]:
    classes = _allowed(readings()["ehf_classes"], patient.without)
    return _by_class(chance, medicines("migraine"), list(classes.values()), patient)


def _allowed(classes: Mapping[str, list[str]], without: frozenset[str]) -> dict[str, list[str]]:
    return {name: [one for one in members if one not in without] for name, members in classes.items()}


def _other_order(chance: Chance, patient: Patient) -> list[Medicine]:
    """Antidepressants and, also where no guideline advises them, gabapentinoids and tramadol."""
    names = ("duloxetine", "amitriptyline", "pregabalin", "gabapentin", "tramadol")
    most = 4 if patient.difficult else 2
    return [medicines("neuropathic_pain")[name] for name in chance.some_of(names, chance.between(1, most))]


def _trigeminal_operation(chance: Chance, day: int) -> Operation:
    """Microvascular decompression or a percutaneous procedure: relief, recurrence or none, as published."""
    name, relief, recurrence, within_days = chance.one_of(_OPERATIONS)
    if not chance.below(rates()[relief]):
        return Operation(name, "procedure", "trigeminal_neuralgia", day, None, OperationResult.NO_EFFECT)
    if chance.below(rates()[recurrence]):
        back = day + chance.between(60, within_days)
        return Operation(
            name, "procedure", "trigeminal_neuralgia", day, None, OperationResult.RECURRENCE, back
        )
    return Operation(name, "procedure", "trigeminal_neuralgia", day, None, OperationResult.RELIEF)


_OPERATIONS = (
    ("microvascular decompression", "mvd_relief", "mvd_recurrence", 2900),
    ("percutaneous balloon compression", "percutaneous_relief", "percutaneous_recurrence", 365),
    ("percutaneous glycerol rhizolysis", "percutaneous_relief", "percutaneous_recurrence", 365),
    ("radiofrequency thermocoagulation", "percutaneous_relief", "percutaneous_recurrence", 365),
)

CENTRAL = ("central_post_stroke_pain", "spinal_cord_injury_pain")

TRIGEMINAL = PainKind(
    group="trigeminal",
    conditions=(("trigeminal_neuralgia", "trigeminal neuralgia", "G50.0"),),
    ages=(35, 85),
    female_share=0.6,
    specialty="neurosurgery",
    instrument="nrs",
    habits=Habits((10, 20), (2, 6), (6, 10), controlled=3),
    order=_trigeminal_order,
    red_flags=("multiple sclerosis", "trigeminal sensory loss", "bilateral facial pain", "hearing loss"),
    competing={"carbamazepine": "epilepsy", "lamotrigine": "epilepsy", "pregabalin": "anxiety"},
    contraindicating=(
        ("hla_b_1502", "HLA-B*15:02", ""),
        ("carbamazepine", "oxcarbazepine", "phenytoin"),
        frozenset({"carbamazepine", "oxcarbazepine", "phenytoin"}),
    ),
    operate=_trigeminal_operation,
)
MIGRAINE = PainKind(
    group="migraine",
    conditions=(
        ("migraine_without_aura", "migraine without aura", "G43.009"),
        ("migraine_with_aura", "migraine with aura", "G43.109"),
        ("chronic_migraine", "chronic migraine", "G43.709"),
    ),
    ages=(18, 65),
    female_share=0.75,
    specialty="headache clinic",
    instrument="monthly migraine days",
    habits=Habits((15, 40), (3, 8), (8, 26), controlled=7),
    order=_migraine_order,
    red_flags=("thunderclap", "papilloedema", "progressive headache", "jaw claudication"),
    competing={"valproate": "epilepsy", "amitriptyline": "depression", "candesartan": "hypertension"},
    contraindicating=(
        ("asthma", "asthma", "J45.909"),
        ("beta blocker",),
        frozenset({"propranolol", "metoprolol", "atenolol", "timolol"}),
    ),
)
NEUROPATHIC = PainKind(
    group="neuropathic",
    conditions=(
        ("postherpetic_neuralgia", "postherpetic neuralgia", "B02.29"),
        ("painful_diabetic_neuropathy", "painful diabetic neuropathy", "E11.42"),
        ("drug_induced_polyneuropathy", "chemotherapy induced neuropathy", "G62.0"),
        ("radiculopathy", "lumbar radiculopathy", "M54.16"),
        ("phantom_limb_pain", "phantom limb pain", "G54.6"),
        ("central_post_stroke_pain", "central post stroke pain", ""),
        ("spinal_cord_injury_pain", "spinal cord injury pain", ""),
    ),
    ages=(30, 88),
    female_share=0.5,
    specialty="pain clinic",
    instrument="nrs",
    habits=Habits((10, 20), (2, 7), (6, 10), controlled=3, to_the_top=True),
    order=_neuropathic_order,
    red_flags=("saddle anaesthesia", "bladder dysfunction", "weight loss"),
    competing={"duloxetine": "depression", "gabapentin": "epilepsy", "amitriptyline": "depression"},
    contraindicating=(
        ("glaucoma", "glaucoma", "H40.9"),
        ("tricyclic",),
        frozenset({"amitriptyline", "nortriptyline", "imipramine", "desipramine", "clomipramine"}),
    ),
)
OTHER = PainKind(
    group="other_pain",
    conditions=(
        ("fibromyalgia", "fibromyalgia", "M79.7"),
        ("chronic_low_back_pain", "chronic low back pain", ""),
        ("chronic_pain", "chronic pain syndrome", "G89.4"),
    ),
    ages=(25, 80),
    female_share=0.6,
    specialty="pain clinic",
    instrument="nrs",
    habits=Habits((10, 20), (2, 6), (5, 9), controlled=3),
    order=_other_order,
    red_flags=("saddle anaesthesia", "weight loss", "fever"),
    competing={"duloxetine": "depression"},
)
KINDS = (TRIGEMINAL, MIGRAINE, NEUROPATHIC, OTHER)
