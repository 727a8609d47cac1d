-- What became of each source file. One row per run and file.
-- Rendered by `c360 sql` from the registry and the contracts; do not edit it by hand.
-- `c360` sends these texts itself. @names are query parameters, RUN_ID is the id of a run.

-- The table.
CREATE TABLE IF NOT EXISTS `customer360_audit`.`LoadFiles` (
  `RunID` STRING NOT NULL OPTIONS(description="The run that wrote this row."),
  `BatchID` STRING OPTIONS(
    description="The batch of that run; NULL when it stopped before it had one."
  ),
  `TableName` STRING NOT NULL OPTIONS(
    description="The table, as the registry or the contract names it."
  ),
  `Path` STRING NOT NULL OPTIONS(description="Path of the source file below the bronze root."),
  `FileID` STRING OPTIONS(description="The silver batch that the file is cleaned into."),
  `Bytes` INT64 OPTIONS(description="Size of the file."),
  `Crc32c` STRING OPTIONS(description="CRC32C of the file, eight lower-case hex digits."),
  `Records` INT64 OPTIONS(description="Records; NULL for a superseded file."),
  `BlankLines` INT64 OPTIONS(description="Lines of white space, which are no records."),
  `RepeatedHeaders` INT64 OPTIONS(description="Header lines inside the file, no records."),
  `Accepted` INT64 OPTIONS(description="Records that are rows of the table's state."),
  `Rejected` INT64 OPTIONS(description="Records in quarantine."),
  `Duplicates` INT64 OPTIONS(description="Records that lost, in this file or across files."),
  `Outcome` STRING NOT NULL OPTIONS(description="read, reused, superseded or refused."),
  `Reason` STRING OPTIONS(description="Why the file was refused or superseded."),
  PRIMARY KEY (`RunID`, `TableName`, `Path`) NOT ENFORCED
)
CLUSTER BY `RunID`
OPTIONS(
  description="What became of each source file. One row per run and file.", labels=[('app', 'c360')]
);

-- In the transaction: a row a file.
INSERT INTO `customer360_audit`.`LoadFiles` (
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
)
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
FROM `customer360_staging`.`LoadFiles__RUN_ID__audit`;

-- The files of the last publications.
SELECT DISTINCT `RunID`, `FileID`
FROM `customer360_audit`.`LoadFiles`
WHERE
  `RunID` = @Head
  OR `RunID` IN (
    SELECT r.`RunID`
    FROM (
      SELECT `RunID`, MAX(`FinishedAt`) AS `Last`
      FROM `customer360_audit`.`LoadAudit`
      WHERE `Status` = 'SUCCESS'
      GROUP BY `RunID`
      ORDER BY `Last` DESC, `RunID` DESC
      LIMIT @Limit
    ) AS r
  );
