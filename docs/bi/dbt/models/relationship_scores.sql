-- One row for each relationship and month: the score as it stands now, and as it was when the month ended.
select
    s.relationship_id,
    r.name as relationship,
    s.as_of,
    st.title as stage,
    s.score,
    s.band,
    s.confidence,
    s.published_score,
    s.is_restated
from {{ source('counterfoil', 'fact_relationship_score') }} as s
join {{ source('counterfoil', 'dim_relationship') }} as r on r.relationship_key = s.relationship_key
join {{ source('counterfoil', 'dim_stage') }} as st on st.stage = s.stage
where s.snapshot = 'month_end'
