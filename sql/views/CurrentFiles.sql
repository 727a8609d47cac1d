-- The source files of the published batch, and those that it superseded: one row a file.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- To create it: bq query --use_legacy_sql=false < sql/views/CurrentFiles.sql

-- The view.
CREATE OR REPLACE VIEW `customer360_audit`.`CurrentFiles` (
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
  `Reason` OPTIONS(description="Why the file was refused or superseded."),
  `Unaccounted` OPTIONS(
    description="Records that are neither accepted, nor rejected, nor duplicates: 0, or NULL where none are counted."
  )
)
OPTIONS(
  description="The source files of the published batch, and those that it superseded: one row a file.",
  labels=[('app', 'c360')]
)
AS
SELECT
  A.`RunID`,
  A.`BatchID`,
  A.`TableName`,
  A.`Path`,
  A.`FileID`,
  A.`Bytes`,
  A.`Crc32c`,
  A.`Records`,
  A.`BlankLines`,
  A.`RepeatedHeaders`,
  A.`Accepted`,
  A.`Rejected`,
  A.`Duplicates`,
  A.`Outcome`,
  A.`Reason`,
  A.`Records` - A.`Accepted` - A.`Rejected` - A.`Duplicates` AS `Unaccounted`
FROM `customer360_audit`.`LoadFiles` AS A
JOIN `customer360_audit`.`Publication` AS P
ON P.`RunID` = A.`RunID`;
