"""Two drugs: each row is one to be begun, what is taken already, and what the pair comes to."""

from assuage.answers import Answer
from assuage.records.rows import EndRule, Outcome, StopReason
from assuage.testing.people import drug, still_taken, supply
from safety.drawn import (
    ASK_STOP,
    ASK_WARN,
    NONE,
    STOP,
    WARN,
    Expected,
    Situation,
    starting,
    takes,
    taking_it,
)

_TABLE: tuple[tuple[str, str, str, Expected], ...] = (
    # begun, taken, rule, said
    ("pregabalin", "oxycodone", "gabapentinoid_with_opioid", WARN),
    ("oxycodone", "pregabalin", "gabapentinoid_with_opioid", WARN),
    ("pregabalin", "diazepam", "gabapentinoid_with_depressant", WARN),
    ("pregabalin", "duloxetine", "gabapentinoid_with_opioid", NONE),
    ("oxycodone", "lorazepam", "opioid_with_depressant", WARN),
    ("oxycodone", "tizanidine", "opioid_with_depressant", WARN),
    ("amitriptyline", "phenelzine", "maoi_with_serotonergic", STOP),
    ("tramadol", "selegiline", "maoi_with_serotonergic", STOP),
    ("duloxetine", "linezolid", "maoi_with_serotonergic", STOP),
    ("carbamazepine", "tranylcypromine", "maoi_with_carbamazepine", STOP),
    ("oxcarbazepine", "tranylcypromine", "maoi_with_carbamazepine", NONE),
    ("sumatriptan", "moclobemide", "maoi_with_triptan", STOP),
    ("frovatriptan", "moclobemide", "maoi_with_triptan", NONE),
    ("tramadol", "sertraline", "opioid_with_serotonergic", WARN),
    ("tramadol", "amitriptyline", "opioid_with_serotonergic", WARN),
    ("tapentadol", "duloxetine", "opioid_with_serotonergic", WARN),
    ("tramadol", "st_johns_wort", "opioid_with_serotonergic", WARN),
    ("morphine", "sertraline", "opioid_with_serotonergic", NONE),
    ("sumatriptan", "venlafaxine", "triptan_with_antidepressant", WARN),
    ("duloxetine", "sertraline", "antidepressants_together", WARN),
    ("duloxetine", "venlafaxine", "antidepressants_together", WARN),
    ("amitriptyline", "sertraline", "tricyclic_with_ssri", WARN),
    ("amitriptyline", "duloxetine", "tricyclic_with_snri", WARN),
    ("tramadol", "bupropion", "tramadol_with_threshold_drug", WARN),
    ("lamotrigine", "valproate", "lamotrigine_with_valproate", WARN),
    ("valproate", "lamotrigine", "lamotrigine_with_valproate", WARN),
    ("lamotrigine", "carbamazepine", "lamotrigine_with_inducer", WARN),
    ("lamotrigine", "ethinylestradiol", "lamotrigine_with_oestrogen", WARN),
    ("lamotrigine", "levonorgestrel", "lamotrigine_with_oestrogen", NONE),
    ("sumatriptan", "dihydroergotamine", "triptan_with_ergot", STOP),
    ("rizatriptan", "propranolol", "rizatriptan_with_propranolol", WARN),
    ("rizatriptan", "metoprolol", "rizatriptan_with_propranolol", NONE),
    ("dihydroergotamine", "clarithromycin", "ergot_with_inhibitor", STOP),
    ("eletriptan", "ketoconazole", "ergot_with_inhibitor", STOP),
    ("carbamazepine", "levonorgestrel", "inducer_with_contraceptive", WARN),
    ("oxcarbazepine", "desogestrel", "inducer_with_contraceptive", WARN),
    ("topiramate", "ethinylestradiol", "inducer_with_contraceptive_others", WARN),
    ("gabapentin", "levonorgestrel", "inducer_with_contraceptive", NONE),
    ("carbamazepine", "apixaban", "inducer_with_doac", STOP),
    ("rivaroxaban", "carbamazepine", "inducer_with_doac", STOP),
    ("oxcarbazepine", "apixaban", "inducer_with_doac", NONE),
    ("carbamazepine", "warfarin", "inducer_with_warfarin", WARN),
    ("rimegepant", "carbamazepine", "inducer_with_gepant", WARN),
    ("ubrogepant", "itraconazole", "gepant_with_inhibitor", STOP),
    ("carbamazepine", "clarithromycin", "carbamazepine_with_inhibitor", WARN),
    ("carbamazepine", "verapamil", "carbamazepine_with_inhibitor", WARN),
    ("carbamazepine", "tramadol", "carbamazepine_with_opioid", WARN),
    ("fentanyl", "ritonavir", "opioid_with_inhibitor", WARN),
    ("tizanidine", "ciprofloxacin", "tizanidine_with_cyp1a2", STOP),
    ("tizanidine", "fluvoxamine", "tizanidine_with_cyp1a2", STOP),
    ("duloxetine", "ciprofloxacin", "duloxetine_with_cyp1a2", WARN),
    ("amitriptyline", "fluoxetine", "tricyclic_with_cyp2d6", WARN),
    ("codeine", "paroxetine", "prodrug_opioid_with_cyp2d6", WARN),
    ("topiramate", "valproate", "valproate_with_topiramate", WARN),
    ("ibuprofen", "naproxen", "two_nsaids", WARN),
    ("ibuprofen", "ibuprofen", "two_nsaids", NONE),
    ("ibuprofen", "acetaminophen", "two_nsaids", NONE),
    ("gabapentin", "pregabalin", "two_gabapentinoids", WARN),
    ("amitriptyline", "nortriptyline", "two_tricyclics", WARN),
    ("oxcarbazepine", "carbamazepine", "two_sodium_channel_blockers", WARN),
    ("propranolol", "bisoprolol", "two_beta_blockers", WARN),
    ("sumatriptan", "rizatriptan", "two_triptans", WARN),
    ("tramadol", "morphine", "two_opioids", WARN),
    ("erenumab", "fremanezumab", "two_cgrp_antibodies", WARN),
    ("candesartan", "lisinopril", "candesartan_with_ace_inhibitor", WARN),
    ("candesartan", "aliskiren", "candesartan_with_aliskiren", STOP),
    ("methadone", "citalopram", "qt_together", WARN),
    ("verapamil", "propranolol", "slow_heart_together", WARN),
    ("tizanidine", "clonidine", "pressure_lowering_together", WARN),
    ("oxcarbazepine", "hydrochlorothiazide", "sodium_with_diuretic", WARN),
    ("oxcarbazepine", "sertraline", "sodium_with_antidepressant", WARN),
    ("ibuprofen", "warfarin", "nsaid_with_anticoagulant", WARN),
    ("ibuprofen", "prednisolone", "nsaid_with_bleeding_drug", WARN),
    ("duloxetine", "apixaban", "antidepressant_with_anticoagulant", WARN),
    ("mvd", "warfarin", "procedure_with_anticoagulant", WARN),
    ("mrgfus_thalamotomy", "clopidogrel", "procedure_with_anticoagulant", WARN),
    ("physiotherapy", "warfarin", "procedure_with_anticoagulant", NONE),
    ("ibuprofen", "lithium", "lithium_with_nsaid", WARN),
    ("ibuprofen", "methotrexate", "methotrexate_with_nsaid", WARN),
)

_PHENELZINE = "maoi_with_serotonergic"
_HARM = StopReason.ADVERSE_EVENT
_UNSURE = drug("phenelzine", "2026-01-01")

_TIMES = (
    # how long a monoamine oxidase inhibitor lingers
    starting("amitriptyline", _PHENELZINE, STOP, drug("phenelzine", "2026-01-01", "2026-05-18")),
    starting("amitriptyline", _PHENELZINE, NONE, drug("phenelzine", "2026-01-01", "2026-05-17")),
    starting("amitriptyline", _PHENELZINE, ASK_STOP, drug("phenelzine", "2026-01-01", "2026-05")),
    starting("phenelzine", "maoi_after_fluoxetine", STOP, drug("fluoxetine", "2026-01-01", "2026-04-27")),
    starting("phenelzine", "maoi_after_fluoxetine", NONE, drug("fluoxetine", "2026-01-01", "2026-04-26")),
    starting("fluoxetine", "maoi_after_fluoxetine", NONE, drug("phenelzine", "2026-01-01", "2026-05-30")),
    # whether the other drug is taken now
    starting("amitriptyline", _PHENELZINE, ASK_STOP, _UNSURE),
    starting("amitriptyline", _PHENELZINE, ASK_STOP, drug("phenelzine", "2024-06-01")),
    starting("amitriptyline", _PHENELZINE, NONE, drug("phenelzine", "2024-05-01")),
    starting("amitriptyline", _PHENELZINE, ASK_STOP, drug("phenelzine")),
    starting("amitriptyline", _PHENELZINE, NONE, drug("phenelzine", taken=Answer.NO)),
    # stopped, but nobody wrote down when
    starting("amitriptyline", _PHENELZINE, ASK_STOP, drug("phenelzine", "2026-01-01", stop_reason=_HARM)),
    starting("amitriptyline", _PHENELZINE, NONE, drug("phenelzine", "2020-01-01", stop_reason=_HARM)),
    starting(
        "tramadol",
        "opioid_with_serotonergic",
        NONE,
        drug("sertraline", "2020-01-01", outcome=Outcome.INTOLERANCE),
    ),
    starting(
        "tramadol",
        "opioid_with_serotonergic",
        NONE,
        drug("sertraline", "2026-01-01", stop_reason=StopReason.ADVERSE_EVENT),
    ),
    starting("tramadol", "opioid_with_serotonergic", WARN, supply("sertraline", "2026-05-10", "2026-06-08")),
    starting(
        "tramadol", "opioid_with_serotonergic", ASK_WARN, supply("sertraline", "2026-04-10", "2026-05-08")
    ),
    starting(
        "tramadol", "opioid_with_serotonergic", ASK_WARN, supply("sertraline", "2026-04-01", "2026-05-02")
    ),
    starting("tramadol", "opioid_with_serotonergic", NONE, supply("sertraline", "2026-04-01", "2026-05-01")),
    starting(
        "tramadol",
        "opioid_with_serotonergic",
        WARN,
        drug("sertraline", "2025-06-02", end_rule=EndRule.ACTIVE_ORDER),
    ),
    starting(
        "tramadol",
        "opioid_with_serotonergic",
        ASK_WARN,
        drug("sertraline", "2025-06-01", end_rule=EndRule.ACTIVE_ORDER),
    ),
)

_DEPOTS = (
    # one injection of erenumab lasts 28 days
    starting("fremanezumab", "two_cgrp_antibodies", WARN, drug("erenumab", "2026-05-05")),
    starting("fremanezumab", "two_cgrp_antibodies", ASK_WARN, drug("erenumab", "2026-05-04")),
    starting("fremanezumab", "two_cgrp_antibodies", WARN, drug("erenumab", "2026-05-05", "2026-05-05")),
    starting("fremanezumab", "two_cgrp_antibodies", ASK_WARN, drug("erenumab", "2026-04-05", "2026-04-05")),
    starting("fremanezumab", "two_cgrp_antibodies", NONE, drug("erenumab", "2026-04-04", "2026-04-04")),
    starting("morphine", "two_opioids", WARN, supply("codeine", "2026-01-01", "9999-12-31")),
    # a word that it is taken, of long ago
    starting("morphine", "two_opioids", WARN, still_taken("codeine", "2025-01-01", "2026-05-02")),
    starting("morphine", "two_opioids", ASK_WARN, still_taken("codeine", "2020-01-01", "2026-05-01")),
)

_TAKEN = (
    taking_it("baclofen", "withdrawal_baclofen", WARN, takes("baclofen", 30)),
    taking_it("baclofen", "withdrawal_baclofen", ASK_WARN, drug("baclofen", "2026-01-01")),
    taking_it("baclofen", "withdrawal_baclofen", NONE, drug("baclofen", "2026-01-01", "2026-03-01")),
    starting("baclofen", "withdrawal_baclofen", NONE),
    taking_it("oxycodone", "withdrawal_others", WARN, takes("oxycodone")),
    taking_it("duloxetine", "withdrawal_others", WARN, takes("duloxetine")),
    taking_it("propranolol", "withdrawal_others", WARN, takes("propranolol")),
    taking_it("ibuprofen", "withdrawal_others", NONE, takes("ibuprofen")),
    taking_it("tramadol", "opioid_with_serotonergic", WARN, takes("tramadol"), takes("sertraline")),
    taking_it(
        "tramadol", "opioid_with_serotonergic", ASK_WARN, drug("tramadol", "2026-05-01"), takes("sertraline")
    ),
    taking_it("ibuprofen", "two_nsaids", WARN, takes("ibuprofen"), takes("naproxen")),
)

_TRIO = "nsaid_with_blocker_and_diuretic"
_THREE = (
    starting("ibuprofen", _TRIO, WARN, takes("lisinopril"), takes("hydrochlorothiazide")),
    starting("hydrochlorothiazide", _TRIO, WARN, takes("lisinopril"), takes("ibuprofen")),
    starting("ibuprofen", _TRIO, NONE, takes("lisinopril")),
    starting("ibuprofen", _TRIO, ASK_WARN, takes("lisinopril"), drug("furosemide", "2026-01-01")),
    starting("acetaminophen", _TRIO, NONE, takes("lisinopril"), takes("hydrochlorothiazide")),
)

SITUATIONS: tuple[Situation, ...] = (
    *(starting(begun, rule, said, takes(taken)) for begun, taken, rule, said in _TABLE),
    *_TIMES,
    *_DEPOTS,
    *_TAKEN,
    *_THREE,
)
