-- Drug eras by the logic that OHDSI publishes for DRUG_ERA, written anew for DuckDB:
-- https://ohdsi.github.io/CommonDataModel/sqlScripts.html#Drug_Eras and the description of the table in
-- https://ohdsi.github.io/CommonDataModel/cdm53.html#drug_era. Twice over, each start and each end is an event of its own;
-- an end closes an era where as many have ended as have begun. First at no distance, so that supplies which overlap become
-- one stretch; then with every end moved on by $persistence_days, which joins stretches that lie no further apart.
-- Reads `drug_exposure` and `ingredient_of` (drug_concept_id, ingredient_concept_id); gives one row for each era.
WITH target AS (
    SELECT
        exposure.drug_exposure_id,
        exposure.person_id,
        mapped.ingredient_concept_id,
        exposure.drug_exposure_start_date AS start_date,
        coalesce(
            exposure.drug_exposure_end_date,
            exposure.drug_exposure_start_date + nullif(exposure.days_supply, 0),
            exposure.drug_exposure_start_date + 1
        ) AS end_date
    FROM drug_exposure AS exposure
    JOIN ingredient_of AS mapped ON mapped.drug_concept_id = exposure.drug_concept_id
),
supply_events AS (
    SELECT
        person_id, ingredient_concept_id, event_date, event_type,
        max(start_number) OVER (
            PARTITION BY person_id, ingredient_concept_id
            ORDER BY event_date, event_type ROWS UNBOUNDED PRECEDING
        ) AS begun,
        row_number() OVER (
            PARTITION BY person_id, ingredient_concept_id ORDER BY event_date, event_type
        ) AS happened
    FROM (
        SELECT
            person_id, ingredient_concept_id, start_date AS event_date, -1 AS event_type,
            row_number() OVER (PARTITION BY person_id, ingredient_concept_id ORDER BY start_date) AS start_number
        FROM target
        UNION ALL
        SELECT person_id, ingredient_concept_id, end_date, 1, NULL FROM target
    )
),
supply_ends AS (
    SELECT person_id, ingredient_concept_id, event_date AS end_date
    FROM supply_events
    WHERE 2 * begun - happened = 0
),
supply_of_exposure AS (
    SELECT
        target.drug_exposure_id, target.person_id, target.ingredient_concept_id, target.start_date,
        min(ends.end_date) AS supply_end_date
    FROM target
    JOIN supply_ends AS ends
        ON ends.person_id = target.person_id
        AND ends.ingredient_concept_id = target.ingredient_concept_id
        AND ends.end_date >= target.start_date
    GROUP BY ALL
),
stretches AS (
    SELECT
        person_id, ingredient_concept_id, supply_end_date,
        min(start_date) AS start_date,
        count(*) AS exposures
    FROM supply_of_exposure
    GROUP BY person_id, ingredient_concept_id, supply_end_date
),
era_events AS (
    SELECT
        person_id, ingredient_concept_id, event_date, event_type,
        max(start_number) OVER (
            PARTITION BY person_id, ingredient_concept_id
            ORDER BY event_date, event_type ROWS UNBOUNDED PRECEDING
        ) AS begun,
        row_number() OVER (
            PARTITION BY person_id, ingredient_concept_id ORDER BY event_date, event_type
        ) AS happened
    FROM (
        SELECT
            person_id, ingredient_concept_id, start_date AS event_date, -1 AS event_type,
            row_number() OVER (PARTITION BY person_id, ingredient_concept_id ORDER BY start_date) AS start_number
        FROM stretches
        UNION ALL
        SELECT person_id, ingredient_concept_id, supply_end_date + $persistence_days, 1, NULL FROM stretches
    )
),
era_ends AS (
    SELECT person_id, ingredient_concept_id, event_date - $persistence_days AS end_date
    FROM era_events
    WHERE 2 * begun - happened = 0
),
era_of_stretch AS (
    SELECT
        stretches.person_id, stretches.ingredient_concept_id, stretches.start_date, stretches.exposures,
        stretches.supply_end_date - stretches.start_date AS supplied_days,
        min(ends.end_date) AS era_end_date
    FROM stretches
    JOIN era_ends AS ends
        ON ends.person_id = stretches.person_id
        AND ends.ingredient_concept_id = stretches.ingredient_concept_id
        AND ends.end_date >= stretches.start_date
    GROUP BY ALL
)
SELECT
    person_id,
    ingredient_concept_id AS drug_concept_id,
    min(start_date) AS drug_era_start_date,
    era_end_date AS drug_era_end_date,
    sum(exposures)::INTEGER AS drug_exposure_count,
    (era_end_date - min(start_date) - sum(supplied_days))::INTEGER AS gap_days
FROM era_of_stretch
GROUP BY person_id, ingredient_concept_id, era_end_date
