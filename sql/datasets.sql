-- The datasets of the warehouse.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- `c360` sends these texts itself. @names are query parameters, RUN_ID is the id of a run.

-- customer360_staging.
CREATE SCHEMA IF NOT EXISTS `customer360_staging`
OPTIONS(labels=[('app', 'c360')], default_table_expiration_days=2);

-- customer360_silver.
CREATE SCHEMA IF NOT EXISTS `customer360_silver` OPTIONS(labels=[('app', 'c360')]);

-- customer360_gold.
CREATE SCHEMA IF NOT EXISTS `customer360_gold` OPTIONS(labels=[('app', 'c360')]);

-- customer360_audit.
CREATE SCHEMA IF NOT EXISTS `customer360_audit` OPTIONS(labels=[('app', 'c360')]);
