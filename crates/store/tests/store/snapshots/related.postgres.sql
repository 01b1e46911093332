-- rooms by their ids
SELECT r."id", r."version", r."created_at", r."updated_at", r."created_by", r."deleted_at", r."name", r."topic", (SELECT string_agg(replace("target"::text, '-', ''), ','
  ORDER BY "position")
  FROM "rooms__members"
  WHERE "owner" = r."id")
  FROM "rooms" AS r
  WHERE r."id" IN (SELECT value::uuid
  FROM json_array_elements_text((?1)::json))
  AND r."deleted_at" IS NULL
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t2 JOIN "users" AS t1 ON t1."id" = t2."target"
  WHERE t2."owner" = r."id"
  AND (t1."id" = ?2::uuid));
--   ?1 is Argument(0)
--   ?2 is AuthId

-- messages that point back along room
SELECT *
  FROM (SELECT r."id", r."version", r."created_at", r."updated_at", r."created_by", r."sent_at", r."author", r."body", r."kind", r."tags", r."fee", r."weight", r."stars", r."day", r."flagged", r."data", r."mail", r."link", r."room", r."answers", r."room" AS "the owner", row_number() OVER (PARTITION BY r."room"
  ORDER BY r."id") AS "the rank"
  FROM "messages" AS r
  WHERE r."room" IN (SELECT value::uuid
  FROM json_array_elements_text((?1)::json))
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t3 JOIN "users" AS t1 ON t1."id" = t3."target"
  WHERE t3."owner" = (SELECT t2."id"
  FROM "rooms" AS t2
  WHERE t2."id" = r."room"
  AND t2."deleted_at" IS NULL)
  AND (t1."id" = ?2::uuid))) AS ranked
  WHERE "the rank" <= ?3
  ORDER BY "the owner", "the rank";
--   ?1 is Argument(0)
--   ?2 is AuthId
--   ?3 is Argument(1)

-- rooms that point back along members
SELECT *
  FROM (SELECT r."id", r."version", r."created_at", r."updated_at", r."created_by", r."deleted_at", r."name", r."topic", (SELECT string_agg(replace("target"::text, '-', ''), ','
  ORDER BY "position")
  FROM "rooms__members"
  WHERE "owner" = r."id"), j."target" AS "the owner", row_number() OVER (PARTITION BY j."target"
  ORDER BY r."id") AS "the rank"
  FROM "rooms__members" AS j JOIN "rooms" AS r ON r."id" = j."owner"
  WHERE j."target" IN (SELECT value::uuid
  FROM json_array_elements_text((?1)::json))
  AND r."deleted_at" IS NULL
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t2 JOIN "users" AS t1 ON t1."id" = t2."target"
  WHERE t2."owner" = r."id"
  AND (t1."id" = ?2::uuid))) AS ranked
  WHERE "the rank" <= ?3
  ORDER BY "the owner", "the rank";
--   ?1 is Argument(0)
--   ?2 is AuthId
--   ?3 is Argument(1)

