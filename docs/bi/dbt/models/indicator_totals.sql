-- One row for each indicator over all relationships on their latest day. The value of a total is the ratio of the sums,
-- never the mean of the values. Indicators that are no ratio (surveys, medians) have no numerator and are left out, as is
-- money, since relationships have currencies of their own.
select
    i.indicator_id,
    i.title,
    i.principle_id,
    count(*) as relationships,
    sum(s.numerator) as numerator,
    sum(s.denominator) as denominator,
    sum(s.numerator) / nullif(sum(s.denominator), 0) as value
from {{ source('counterfoil', 'fact_indicator_score') }} as s
join {{ source('counterfoil', 'dim_indicator') }} as i on i.indicator_id = s.indicator_id
where s.snapshot = 'latest' and s.status = 'SCORED' and s.numerator is not null and i.kind <> 'M'
group by i.indicator_id, i.title, i.principle_id
