-- One row for each promise that is open now, with who made it and how late it is.
select
    c.item_id,
    r.name as relationship,
    o.legal_name as promised_by,
    c.title,
    c.scored_due_on as due_on,
    c.state,
    c.days_late
from {{ source('counterfoil', 'item_commitment') }} as c
join {{ source('counterfoil', 'dim_relationship') }} as r on r.relationship_id = c.relationship_id and r.is_current
join {{ source('counterfoil', 'dim_organisation') }} as o on o.organisation_id = c.by_party
where c.valid_to is null
