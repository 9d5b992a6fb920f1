"""Genes, reactions, allergies, pregnancy, mood and implants: one row per situation."""

from assuage.answers import Answer
from assuage.records.rows import ConditionState, ProcedureState, Sex, StatementKind
from assuage.testing.people import adverse_event, allergy, diagnosis, drug, operation, says, score
from safety.drawn import (
    ASK_STOP,
    ASK_WARN,
    NONE,
    STOP,
    WARN,
    device,
    gene,
    severe_reaction,
    skull_density_ratio,
    starting,
    takes,
    taking_it,
)

YES, NO = Answer.YES, Answer.NO
DOUBTED = {"state": ConditionState.UNCONFIRMED}
OVER = {"state": ConditionState.RESOLVED}
B1502, A3101 = "hla_b_1502", "hla_a_3101"
MONTHS = drug("carbamazepine", "2024-01-01", "2024-04-01")  # 92 days
SHORT = drug("carbamazepine", "2024-01-01", "2024-03-30")  # 90 days: not more than 90

GENES = (
    starting("carbamazepine", B1502, STOP, gene(B1502, YES)),
    starting("oxcarbazepine", B1502, STOP, gene(B1502, YES)),
    starting("phenytoin", B1502, STOP, gene(B1502, YES)),
    starting("fosphenytoin", B1502, STOP, gene(B1502, YES)),
    starting("carbamazepine", B1502, NONE, gene(B1502, NO)),
    starting("carbamazepine", B1502, ASK_STOP),
    starting("carbamazepine", B1502, ASK_STOP, gene(B1502)),
    starting("carbamazepine", B1502, STOP, gene(B1502, text="HLA-B*15:02: positive")),
    starting("carbamazepine", B1502, NONE, gene(B1502, text="HLA-B*15:02: not detected")),
    starting("carbamazepine", B1502, STOP, gene(B1502, YES), gene(B1502, NO)),
    starting("carbamazepine", B1502, ASK_STOP, gene(B1502), gene(B1502, NO)),
    starting("lamotrigine", B1502, NONE, gene(B1502, YES)),
    starting("gabapentin", B1502, NONE, gene(B1502, YES)),
    starting("carbamazepine", B1502, STOP, gene(B1502, YES), SHORT),
    starting("carbamazepine", "hla_b_1502_tolerated", WARN, gene(B1502, YES), MONTHS),
    starting("carbamazepine", "hla_b_1502_tolerated", ASK_WARN, MONTHS),
    starting("carbamazepine", "hla_b_1502_tolerated", NONE, gene(B1502, NO), MONTHS),
    starting(
        "carbamazepine", B1502, STOP, gene(B1502, YES), MONTHS, adverse_event("carbamazepine", "2024-02-01")
    ),
    starting("oxcarbazepine", B1502, STOP, gene(B1502, YES), MONTHS),
    taking_it("carbamazepine", "hla_b_1502_tolerated", WARN, gene(B1502, YES), takes("carbamazepine")),
    taking_it("carbamazepine", B1502, STOP, gene(B1502, YES), takes("carbamazepine", since="2026-05-01")),
    starting("carbamazepine", A3101, STOP, gene(A3101, YES)),
    starting("carbamazepine", A3101, ASK_STOP),
    starting("carbamazepine", A3101, NONE, gene(A3101, NO)),
    starting("oxcarbazepine", A3101, NONE, gene(A3101, YES)),
    starting("carbamazepine", "hla_a_3101_tolerated", WARN, gene(A3101, YES), MONTHS),
    starting("phenytoin", "cyp2c9_poor", WARN, gene("cyp2c9", YES, "CYP2C9 poor metaboliser")),
    starting(
        "phenytoin", "cyp2c9_intermediate", WARN, gene("cyp2c9", YES, "CYP2C9: intermediate metabolizer")
    ),
    starting("phenytoin", "cyp2c9_poor", NONE, gene("cyp2c9", YES, "CYP2C9 normal metaboliser")),
    starting("phenytoin", "cyp2c9_poor", NONE, gene("cyp2c9", NO, "CYP2C9 poor metaboliser")),
    starting("codeine", "cyp2d6_ultrarapid", STOP, gene("cyp2d6", YES, "CYP2D6 ultra-rapid metaboliser")),
    starting("tramadol", "cyp2d6_poor", WARN, gene("cyp2d6", YES, "CYP2D6 poor metabolizer")),
    starting("amitriptyline", "cyp2d6_tricyclic_poor", WARN, gene("cyp2d6", YES, "CYP2D6 poor metaboliser")),
    starting(
        "nortriptyline",
        "cyp2d6_tricyclic_ultrarapid",
        WARN,
        gene("cyp2d6", YES, "CYP2D6 ultrarapid metaboliser"),
    ),
    starting("morphine", "cyp2d6_ultrarapid", NONE, gene("cyp2d6", YES, "CYP2D6 ultrarapid metaboliser")),
)

REACTIONS = (
    starting("gabapentin", "allergy_to_drug", STOP, allergy("gabapentin")),
    starting("gabapentin", "allergy_to_drug", ASK_STOP, allergy("gabapentin", present=Answer.UNKNOWN)),
    starting("gabapentin", "allergy_to_drug", NONE, allergy("gabapentin", present=NO)),
    starting("pregabalin", "allergy_to_drug", NONE, allergy("gabapentin")),
    starting("carbamazepine", "allergy_to_drug", STOP, severe_reaction("carbamazepine")),
    starting(
        "carbamazepine",
        "allergy_to_drug",
        STOP,
        drug("carbamazepine", "2020-01-01", "2020-02-01", adverse_event="Stevens-Johnson syndrome"),
    ),
    starting(
        "gabapentin", "not_tolerated_before", WARN, adverse_event("gabapentin", "2024-01-01", "dizziness")
    ),
    starting(
        "gabapentin",
        "not_tolerated_before",
        WARN,
        drug("gabapentin", "2020-01-01", "2020-02-01", adverse_event="dizziness"),
    ),
    starting("gabapentin", "not_tolerated_before", NONE, drug("gabapentin", "2020-01-01", "2020-02-01")),
    starting("ibuprofen", "nsaid_allergy", STOP, allergy("aspirin")),
    starting("ibuprofen", "nsaid_allergy", NONE, allergy("acetaminophen")),
    starting("acetaminophen", "nsaid_allergy", NONE, allergy("aspirin")),
    starting(
        "topiramate", "stated_contraindication", STOP, says(StatementKind.CONTRAINDICATED, "topiramate")
    ),
    starting(
        "propranolol", "stated_contraindication", STOP, says(StatementKind.CONTRAINDICATED, "beta_blocker")
    ),
    starting(
        "gamma_knife", "stated_contraindication", STOP, says(StatementKind.CONTRAINDICATED, "gamma_knife")
    ),
    starting(
        "topiramate",
        "stated_contraindication",
        NONE,
        says(StatementKind.CONTRAINDICATED, "topiramate", answer=NO),
    ),
    starting(
        "topiramate",
        "stated_contraindication",
        ASK_STOP,
        says(StatementKind.CONTRAINDICATED, "topiramate", answer=Answer.UNKNOWN),
    ),
    starting("topiramate", "stated_contraindication", NONE, says(StatementKind.DECLINED, "topiramate")),
    starting("oxcarbazepine", "aromatic_severe_reaction", STOP, severe_reaction("carbamazepine")),
    starting("lamotrigine", "aromatic_severe_reaction", STOP, severe_reaction("phenytoin")),
    starting("carbamazepine", "aromatic_severe_reaction", ASK_STOP, diagnosis("sjs_ten", **OVER)),
    starting("gabapentin", "aromatic_severe_reaction", NONE, severe_reaction("carbamazepine")),
    starting("carbamazepine", "aromatic_severe_reaction", NONE, severe_reaction("allopurinol")),
    starting(
        "carbamazepine", "aromatic_severe_reaction", ASK_STOP, diagnosis("drug_hypersensitivity_syndrome")
    ),
    starting(
        "oxcarbazepine", "aromatic_reaction", WARN, adverse_event("carbamazepine", "2020-01-01", "rash")
    ),
    starting("oxcarbazepine", "aromatic_reaction", WARN, allergy("lamotrigine")),
    starting("oxcarbazepine", "aromatic_reaction", ASK_WARN, allergy("lamotrigine", present=Answer.UNKNOWN)),
    starting("carbamazepine", "aromatic_severe_reaction", ASK_STOP, diagnosis("sjs_ten", **DOUBTED)),
    starting("ibuprofen", "nsaid_allergy", ASK_STOP, allergy("aspirin", present=Answer.UNKNOWN)),
    starting(
        "oxcarbazepine", "aromatic_reaction", NONE, adverse_event("carbamazepine", "2020-01-01", "dizziness")
    ),
    starting("oxcarbazepine", "aromatic_reaction", NONE, severe_reaction("carbamazepine")),
)

WOMAN = {"sex": Sex.FEMALE}
NOW = diagnosis("pregnancy", "2026-03-01")
PREGNANCY = (
    starting("valproate", "valproate_childbearing", ASK_STOP, **WOMAN),
    starting("valproate", "valproate_childbearing", NONE),
    starting("valproate", "valproate_childbearing", NONE, birth="1971-06-01", **WOMAN),
    starting("valproate", "valproate_childbearing", ASK_STOP, birth="1971-06-02", **WOMAN),
    starting("valproate", "valproate_childbearing", NONE, birth="2016-06-02", **WOMAN),
    starting("valproate", "valproate_childbearing", ASK_STOP, birth="2016-06-01", **WOMAN),
    starting("valproate", "valproate_childbearing", ASK_STOP, birth=None, **WOMAN),
    starting("valproate", "valproate_childbearing", ASK_STOP, sex=Sex.UNKNOWN),
    starting("valproate", "valproate_childbearing", NONE, birth="1950", sex=Sex.UNKNOWN),
    starting("valproate", "valproate_childbearing", STOP, takes("levonorgestrel"), **WOMAN),
    starting("valproate", "valproate_childbearing", STOP, diagnosis("menstrual_migraine", "2024"), **WOMAN),
    starting(
        "valproate", "valproate_childbearing", ASK_STOP, diagnosis("menstrual_migraine", "2020"), **WOMAN
    ),
    starting("valproate", "valproate_childbearing", STOP, NOW, **WOMAN),
    starting("valproate", "valproate_childbearing", NONE, diagnosis("hysterectomy", "2020"), **WOMAN),
    starting("valproate", "valproate_childbearing", NONE, diagnosis("menopause", "2020"), **WOMAN),
    starting("valproate", "valproate_childbearing", NONE, diagnosis("sterilisation", "2020"), **WOMAN),
    starting(
        "valproate", "valproate_childbearing", ASK_STOP, diagnosis("menopause", "2020", **DOUBTED), **WOMAN
    ),
    starting("topiramate", "topiramate_childbearing", ASK_STOP, **WOMAN),
    starting(
        "topiramate", "topiramate_childbearing", STOP, diagnosis("contraceptive_device", "2023"), **WOMAN
    ),
    starting("topiramate", "topiramate_childbearing", NONE),
    starting("gabapentin", "valproate_childbearing", NONE, **WOMAN),
    starting("topiramate", "topiramate_pregnancy", STOP, NOW, **WOMAN),
    starting("topiramate", "topiramate_pregnancy", ASK_STOP, **WOMAN),
    starting("topiramate", "topiramate_pregnancy", ASK_STOP, diagnosis("pregnancy", None), **WOMAN),
    starting("candesartan", "pregnancy_hard_stop", STOP, diagnosis("pregnancy", "2025-08-11"), **WOMAN),
    starting("candesartan", "pregnancy_hard_stop", ASK_STOP, diagnosis("pregnancy", "2025-08-10"), **WOMAN),
    starting(
        "candesartan", "pregnancy_hard_stop", ASK_STOP, diagnosis("pregnancy", "2026-03-01", **OVER), **WOMAN
    ),
    starting("mrgfus_thalamotomy", "pregnancy_hard_stop", STOP, NOW, **WOMAN),
    starting("mrgfus_thalamotomy", "pregnancy_hard_stop", NONE),
    starting("gabapentin", "pregnancy_warning", WARN, NOW, **WOMAN),
    starting("gabapentin", "pregnancy_warning", NONE, **WOMAN),
    starting(
        "gabapentin", "pregnancy_warning", ASK_WARN, diagnosis("pregnancy", "2026-03-01", **DOUBTED), **WOMAN
    ),
    starting("valproate", "valproate_under_55", WARN, birth="1971-06-02"),
    starting("valproate", "valproate_under_55", NONE, birth="1971-06-01"),
    starting("valproate", "valproate_under_55", ASK_WARN, birth="1971"),
    starting("valproate", "valproate_under_55", ASK_WARN, birth=None),
)

MOOD = (
    starting("amitriptyline", "overdose_supply", WARN, score("phq9_item9", 1, "2026-04-01")),
    starting("amitriptyline", "overdose_supply", NONE, score("phq9_item9", 0, "2026-04-01")),
    starting("oxycodone", "overdose_supply", WARN, score("phq9_item9", 2, "2026-04-01")),
    starting("oxycodone", "overdose_supply", ASK_WARN, score("phq9_item9", 0, "2026-04-01", high=1)),
    starting("oxycodone", "overdose_supply", WARN, diagnosis("suicidality", "2026-01-01")),
    starting("oxycodone", "overdose_supply", NONE, diagnosis("suicidality", "2020-01-01", **OVER)),
    starting("oxycodone", "overdose_supply", ASK_WARN, diagnosis("depression")),
    starting(
        "oxycodone", "overdose_supply", NONE, diagnosis("depression"), score("phq9_item9", 0, "2026-04-01")
    ),
    starting(
        "oxycodone",
        "overdose_supply",
        ASK_WARN,
        diagnosis("depression"),
        score("phq9_item9", 0, "2025-05-31"),
    ),
    starting("oxycodone", "overdose_supply", NONE),
    starting(
        "oxycodone",
        "overdose_supply",
        NONE,
        score("phq9_item9", 2, "2026-01-01"),
        score("phq9_item9", 0, "2026-04-01"),
    ),
    starting("acupuncture", "overdose_supply", NONE, score("phq9_item9", 3, "2026-04-01")),
    starting("pregabalin", "mood_under_anticonvulsant", WARN, score("phq9_item9", 1, "2026-04-01")),
    starting("pregabalin", "mood_under_anticonvulsant", NONE),
    starting("flunarizine", "flunarizine_depression", STOP, diagnosis("depression")),
    starting("flunarizine", "flunarizine_depression", STOP, diagnosis("depression", **OVER)),
    starting("flunarizine", "flunarizine_depression", ASK_STOP, diagnosis("depression", **DOUBTED)),
    starting("duloxetine", "antidepressant_bipolar", WARN, diagnosis("bipolar_disorder")),
    starting("duloxetine", "antidepressant_under_25", WARN, birth="2001-06-02"),
    starting("duloxetine", "antidepressant_under_25", NONE, birth="2001-06-01"),
)

PACEMAKER = device("cardiac_pacemaker_device")
IMPLANTS = (
    starting("rtms", "implant_stimulation", ASK_STOP),
    starting("rtms", "implant_stimulation", STOP, diagnosis("cochlear_implant")),
    starting("rtms", "implant_stimulation", STOP, device("aneurysm_clip")),
    starting("rtms", "implant_stimulation", ASK_STOP, PACEMAKER),
    starting("rtms", "implant_stimulation", STOP, operation("deep_brain_stimulation", "2020")),
    starting("rtms", "implant_stimulation", ASK_STOP, operation("spinal_cord_stimulation", "2020")),
    starting(
        "rtms",
        "implant_stimulation",
        ASK_STOP,
        operation("deep_brain_stimulation", "2020", state=ProcedureState.REFUSED),
    ),
    starting("cbt", "implant_stimulation", NONE, device("aneurysm_clip")),
    starting("mrgfus_thalamotomy", "implant_focused_ultrasound", STOP, diagnosis("intracranial_metal")),
    starting("mrgfus_thalamotomy", "implant_focused_ultrasound", ASK_STOP, PACEMAKER),
    starting("mrgfus_thalamotomy", "implant_focused_ultrasound", ASK_STOP),
    starting("mrgfus_thalamotomy", "skull_density", WARN, skull_density_ratio(0.39)),
    starting("mrgfus_thalamotomy", "skull_density", NONE, skull_density_ratio(0.40)),
    starting("mrgfus_thalamotomy", "skull_density", ASK_WARN),
    starting("mrgfus_thalamotomy", "focused_ultrasound_bleeding", STOP, diagnosis("bleeding_disorder")),
    starting(
        "mrgfus_thalamotomy",
        "focused_ultrasound_bleeding",
        ASK_STOP,
        diagnosis("bleeding_disorder", **DOUBTED),
    ),
    starting("mrgfus_thalamotomy", "focused_ultrasound_skull", STOP, diagnosis("skull_defect")),
    starting("mrgfus_thalamotomy", "focused_ultrasound_claustrophobia", WARN, diagnosis("claustrophobia")),
)

SITUATIONS = (*GENES, *REACTIONS, *PREGNANCY, *MOOD, *IMPLANTS)
