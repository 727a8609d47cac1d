-- What became of each source file in the published run.
-- Rendered by `c360 sql` from dashboards/measures.yaml and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/dashboard_files.sql

CREATE OR REPLACE VIEW `customer360_dashboard`.`dashboard_files` (
  `RunID` OPTIONS(description="The run that wrote this row."),
  `BatchID` OPTIONS(description="The batch of that run; NULL when it stopped before it had one."),
  `TableName` OPTIONS(description="The table, as the registry or the contract names it."),
  `Path` OPTIONS(description="Path of the source file below the bronze root."),
  `FileID` OPTIONS(description="The silver batch that the file is cleaned into."),
  `Bytes` OPTIONS(description="Size of the file."),
  `Crc32c` OPTIONS(description="CRC32C of the file, eight lower-case hex digits."),
  `Records` OPTIONS(description="Records; NULL for a superseded file."),
  `BlankLines` OPTIONS(description="Lines of white space, which are no records."),
  `RepeatedHeaders` OPTIONS(description="Header lines inside the file, no records."),
  `Accepted` OPTIONS(description="Records that are rows of the table's state."),
  `Rejected` OPTIONS(description="Records in quarantine."),
  `Duplicates` OPTIONS(description="Records that lost, in this file or across files."),
  `Outcome` OPTIONS(description="read, reused, superseded or refused."),
  `Reason` OPTIONS(description="Why the file was refused or superseded.")
)
OPTIONS(
  description="What became of each source file in the published run.", labels=[('app', 'c360')]
)
AS
SELECT
  `RunID`,
  `BatchID`,
  `TableName`,
  `Path`,
  `FileID`,
  `Bytes`,
  `Crc32c`,
  `Records`,
  `BlankLines`,
  `RepeatedHeaders`,
  `Accepted`,
  `Rejected`,
  `Duplicates`,
  `Outcome`,
  `Reason`
FROM `customer360_audit`.`LoadFiles`
WHERE `RunID` IN (SELECT `RunID` FROM `customer360_audit`.`Publication`);
