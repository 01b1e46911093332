-- messages
SELECT r."id", r."version", r."created_at", r."updated_at", r."created_by", r."sent_at", r."author", r."body", r."kind", r."tags", r."fee", r."weight", r."stars", r."day", r."flagged", r."data", r."mail", r."link", r."room", r."answers", r."sent_at", r."id"
  FROM "messages" AS r
  WHERE TRUE
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t3 JOIN "users" AS t1 ON t1."id" = t3."target"
  WHERE t3."owner" = (SELECT t2."id"
  FROM "rooms" AS t2
  WHERE t2."id" = r."room"
  AND t2."deleted_at" IS NULL)
  AND (t1."id" = ?1::uuid))
  ORDER BY r."sent_at" DESC, r."id" DESC LIMIT ?2;
--   ?1 is AuthId
--   ?2 is Argument(0)

-- messages, the next page
SELECT r."id", r."version", r."created_at", r."updated_at", r."created_by", r."sent_at", r."author", r."body", r."kind", r."tags", r."fee", r."weight", r."stars", r."day", r."flagged", r."data", r."mail", r."link", r."room", r."answers", r."sent_at", r."id"
  FROM "messages" AS r
  WHERE TRUE
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t3 JOIN "users" AS t1 ON t1."id" = t3."target"
  WHERE t3."owner" = (SELECT t2."id"
  FROM "rooms" AS t2
  WHERE t2."id" = r."room"
  AND t2."deleted_at" IS NULL)
  AND (t1."id" = ?1::uuid))
  AND (r."sent_at", r."id") < (?2, ?3)
  ORDER BY r."sent_at" DESC, r."id" DESC LIMIT ?4;
--   ?1 is AuthId
--   ?2 is Argument(1)
--   ?3 is Argument(2)
--   ?4 is Argument(0)

-- messages, filtered
SELECT r."id", r."version", r."created_at", r."updated_at", r."created_by", r."sent_at", r."author", r."body", r."kind", r."tags", r."fee", r."weight", r."stars", r."day", r."flagged", r."data", r."mail", r."link", r."room", r."answers", r."sent_at", r."id"
  FROM "messages" AS r
  WHERE TRUE
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t3 JOIN "users" AS t1 ON t1."id" = t3."target"
  WHERE t3."owner" = (SELECT t2."id"
  FROM "rooms" AS t2
  WHERE t2."id" = r."room"
  AND t2."deleted_at" IS NULL)
  AND (t1."id" = ?1::uuid))
  AND (r."sent_at" < ?2::bigint)
  AND CASE WHEN TRUE
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t6 JOIN "users" AS t4 ON t4."id" = t6."target"
  WHERE t6."owner" = (SELECT t5."id"
  FROM "rooms" AS t5
  WHERE t5."id" = r."room"
  AND t5."deleted_at" IS NULL)
  AND (t4."id" = ?1::uuid)) THEN TRUE
  AND ((SELECT t7."name"
  FROM "rooms" AS t7
  WHERE t7."id" = r."room"
  AND t7."deleted_at" IS NULL
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t9 JOIN "users" AS t8 ON t8."id" = t9."target"
  WHERE t9."owner" = t7."id"
  AND (t8."id" = ?1::uuid))) = (?3::text COLLATE "C"))
  AND ((r."stars" > ?4::bigint)
  OR ((SELECT t10."author"
  FROM "messages" AS t10
  WHERE t10."id" = r."answers"
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t13 JOIN "users" AS t11 ON t11."id" = t13."target"
  WHERE t13."owner" = (SELECT t12."id"
  FROM "rooms" AS t12
  WHERE t12."id" = t10."room"
  AND t12."deleted_at" IS NULL)
  AND (t11."id" = ?1::uuid))) = ?1::uuid))
  AND EXISTS (SELECT 1
  FROM json_array_elements_text((r."tags")::json) AS t14
  WHERE t14.value = (?5::text COLLATE "C")) ELSE FALSE END
  ORDER BY r."sent_at" DESC, r."id" DESC LIMIT ?6;
--   ?1 is AuthId
--   ?2 is Now
--   ?3 is Value(Text("Lobby"))
--   ?4 is Value(Int(3))
--   ?5 is Value(Text("red"))
--   ?6 is Argument(0)

-- messages, filtered and counted
SELECT count(*)
  FROM (SELECT 1
  FROM "messages" AS r
  WHERE TRUE
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t3 JOIN "users" AS t1 ON t1."id" = t3."target"
  WHERE t3."owner" = (SELECT t2."id"
  FROM "rooms" AS t2
  WHERE t2."id" = r."room"
  AND t2."deleted_at" IS NULL)
  AND (t1."id" = ?1::uuid))
  AND (r."sent_at" < ?2::bigint)
  AND CASE WHEN TRUE
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t6 JOIN "users" AS t4 ON t4."id" = t6."target"
  WHERE t6."owner" = (SELECT t5."id"
  FROM "rooms" AS t5
  WHERE t5."id" = r."room"
  AND t5."deleted_at" IS NULL)
  AND (t4."id" = ?1::uuid)) THEN TRUE
  AND ((SELECT t7."name"
  FROM "rooms" AS t7
  WHERE t7."id" = r."room"
  AND t7."deleted_at" IS NULL
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t9 JOIN "users" AS t8 ON t8."id" = t9."target"
  WHERE t9."owner" = t7."id"
  AND (t8."id" = ?1::uuid))) = (?3::text COLLATE "C"))
  AND ((r."stars" > ?4::bigint)
  OR ((SELECT t10."author"
  FROM "messages" AS t10
  WHERE t10."id" = r."answers"
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t13 JOIN "users" AS t11 ON t11."id" = t13."target"
  WHERE t13."owner" = (SELECT t12."id"
  FROM "rooms" AS t12
  WHERE t12."id" = t10."room"
  AND t12."deleted_at" IS NULL)
  AND (t11."id" = ?1::uuid))) = ?1::uuid))
  AND EXISTS (SELECT 1
  FROM json_array_elements_text((r."tags")::json) AS t14
  WHERE t14.value = (?5::text COLLATE "C")) ELSE FALSE END LIMIT ?6) AS counted;
--   ?1 is AuthId
--   ?2 is Now
--   ?3 is Value(Text("Lobby"))
--   ?4 is Value(Int(3))
--   ?5 is Value(Text("red"))
--   ?6 is Argument(0)

-- rooms, the deleted ones
SELECT r."id", r."version", r."created_at", r."updated_at", r."created_by", r."deleted_at", r."name", r."topic", (SELECT string_agg(replace("target"::text, '-', ''), ','
  ORDER BY "position")
  FROM "rooms__members"
  WHERE "owner" = r."id"), r."name", r."id"
  FROM "rooms" AS r
  WHERE TRUE
  AND r."deleted_at" IS NOT NULL
  ORDER BY r."name", r."id" LIMIT ?1;
--   ?1 is Argument(0)

