-- The dataset of the dashboard's views. It holds no personal data, so it can be shared without
-- sharing the tables, once it is authorised to read them.
-- Rendered by `c360 sql` from dashboards/measures.yaml and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/dashboard_0_dataset.sql

CREATE SCHEMA IF NOT EXISTS `customer360_dashboard` OPTIONS(labels=[('app', 'c360')]);
