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
  AND (t1."id" = ?1))
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
  AND (t1."id" = ?1))
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
  AND (t1."id" = ?1))
  AND (r."sent_at" < ?2)
  AND CASE WHEN TRUE
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t6 JOIN "users" AS t4 ON t4."id" = t6."target"
  WHERE t6."owner" = (SELECT t5."id"
  FROM "rooms" AS t5
  WHERE t5."id" = r."room"
  AND t5."deleted_at" IS NULL)
  AND (t4."id" = ?1)) THEN TRUE
  AND ((SELECT t7."name"
  FROM "rooms" AS t7
  WHERE t7."id" = r."room"
  AND t7."deleted_at" IS NULL
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t9 JOIN "users" AS t8 ON t8."id" = t9."target"
  WHERE t9."owner" = t7."id"
  AND (t8."id" = ?1))) = ?3)
  AND ((r."stars" > ?4)
  OR ((SELECT t10."author"
  FROM "messages" AS t10
  WHERE t10."id" = r."answers"
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t13 JOIN "users" AS t11 ON t11."id" = t13."target"
  WHERE t13."owner" = (SELECT t12."id"
  FROM "rooms" AS t12
  WHERE t12."id" = t10."room"
  AND t12."deleted_at" IS NULL)
  AND (t11."id" = ?1))) = ?1))
  AND EXISTS (SELECT 1
  FROM json_each(r."tags") AS t14
  WHERE t14.value = ?5) ELSE FALSE END
  ORDER BY r."sent_at" DESC, r."id" DESC LIMIT ?6;
--   ?1 is AuthId
--   ?2 is Now
--   ?3 is Value(Text("Lobby"))
--   ?4 is Value(Int(3))
--   ?5 is Value(Text("red"))
--   ?6 is Argument(0)

-- messages by -fee and sent_at, after one without a fee: false
SELECT r."fee", r."sent_at", r."id"
  FROM "messages" AS r
  WHERE TRUE
  AND ((r."fee" <= ?1
  OR r."fee" IS NULL)
  AND ((r."fee" < ?1
  OR r."fee" IS NULL)
  OR (r."fee" = ?1
  AND (r."sent_at" > ?2
  OR (r."sent_at" = ?2
  AND (r."id" > ?3))))))
  ORDER BY r."fee" DESC, r."sent_at", r."id" LIMIT ?4;
--   ?1 is Argument(1)
--   ?2 is Argument(2)
--   ?3 is Argument(3)
--   ?4 is Argument(0)

-- messages by -fee and sent_at, after one without a fee: true
SELECT r."fee", r."sent_at", r."id"
  FROM "messages" AS r
  WHERE TRUE
  AND (r."fee" IS NULL
  AND (FALSE
  OR (r."fee" IS NULL
  AND (r."sent_at" > ?1
  OR (r."sent_at" = ?1
  AND (r."id" > ?2))))))
  ORDER BY r."fee" DESC, r."sent_at", r."id" LIMIT ?3;
--   ?1 is Argument(2)
--   ?2 is Argument(3)
--   ?3 is Argument(0)

-- rooms, the deleted ones
SELECT r."id", r."version", r."created_at", r."updated_at", r."created_by", r."deleted_at", r."name", r."topic", (SELECT group_concat(hex("target"))
  FROM (SELECT "target"
  FROM "rooms__members"
  WHERE "owner" = r."id"
  ORDER BY "position")), r."name", r."id"
  FROM "rooms" AS r
  WHERE TRUE
  AND unlikely(r."deleted_at" IS NOT NULL)
  ORDER BY r."name", r."id" LIMIT ?1;
--   ?1 is Argument(0)

-- messages, counted
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
  AND (t1."id" = ?1))
  AND (r."sent_at" < ?2)
  AND CASE WHEN TRUE
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t6 JOIN "users" AS t4 ON t4."id" = t6."target"
  WHERE t6."owner" = (SELECT t5."id"
  FROM "rooms" AS t5
  WHERE t5."id" = r."room"
  AND t5."deleted_at" IS NULL)
  AND (t4."id" = ?1)) THEN TRUE
  AND ((SELECT t7."name"
  FROM "rooms" AS t7
  WHERE t7."id" = r."room"
  AND t7."deleted_at" IS NULL
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t9 JOIN "users" AS t8 ON t8."id" = t9."target"
  WHERE t9."owner" = t7."id"
  AND (t8."id" = ?1))) = ?3)
  AND ((r."stars" > ?4)
  OR ((SELECT t10."author"
  FROM "messages" AS t10
  WHERE t10."id" = r."answers"
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t13 JOIN "users" AS t11 ON t11."id" = t13."target"
  WHERE t13."owner" = (SELECT t12."id"
  FROM "rooms" AS t12
  WHERE t12."id" = t10."room"
  AND t12."deleted_at" IS NULL)
  AND (t11."id" = ?1))) = ?1))
  AND EXISTS (SELECT 1
  FROM json_each(r."tags") AS t14
  WHERE t14.value = ?5) ELSE FALSE END LIMIT ?6);
--   ?1 is AuthId
--   ?2 is Now
--   ?3 is Value(Text("Lobby"))
--   ?4 is Value(Int(3))
--   ?5 is Value(Text("red"))
--   ?6 is Argument(0)

-- rooms by their ids
SELECT r."id", r."version", r."created_at", r."updated_at", r."created_by", r."deleted_at", r."name", r."topic", (SELECT group_concat(hex("target"))
  FROM (SELECT "target"
  FROM "rooms__members"
  WHERE "owner" = r."id"
  ORDER BY "position"))
  FROM "rooms" AS r
  WHERE r."id" IN (SELECT unhex(value)
  FROM json_each(?1))
  AND r."deleted_at" IS NULL
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t2 JOIN "users" AS t1 ON t1."id" = t2."target"
  WHERE t2."owner" = r."id"
  AND (t1."id" = ?2));
--   ?1 is Argument(0)
--   ?2 is AuthId

-- messages that point back along room
SELECT *
  FROM (SELECT r."id", r."version", r."created_at", r."updated_at", r."created_by", r."sent_at", r."author", r."body", r."kind", r."tags", r."fee", r."weight", r."stars", r."day", r."flagged", r."data", r."mail", r."link", r."room", r."answers", r."room" AS "the owner", row_number() OVER (PARTITION BY r."room"
  ORDER BY r."id") AS "the rank"
  FROM "messages" AS r
  WHERE r."room" IN (SELECT unhex(value)
  FROM json_each(?1))
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t3 JOIN "users" AS t1 ON t1."id" = t3."target"
  WHERE t3."owner" = (SELECT t2."id"
  FROM "rooms" AS t2
  WHERE t2."id" = r."room"
  AND t2."deleted_at" IS NULL)
  AND (t1."id" = ?2)))
  WHERE "the rank" <= ?3
  ORDER BY "the owner", "the rank";
--   ?1 is Argument(0)
--   ?2 is AuthId
--   ?3 is Argument(1)

-- rooms that point back along members
SELECT *
  FROM (SELECT r."id", r."version", r."created_at", r."updated_at", r."created_by", r."deleted_at", r."name", r."topic", (SELECT group_concat(hex("target"))
  FROM (SELECT "target"
  FROM "rooms__members"
  WHERE "owner" = r."id"
  ORDER BY "position")), j."target" AS "the owner", row_number() OVER (PARTITION BY j."target"
  ORDER BY r."id") AS "the rank"
  FROM "rooms__members" AS j JOIN "rooms" AS r ON r."id" = j."owner"
  WHERE j."target" IN (SELECT unhex(value)
  FROM json_each(?1))
  AND r."deleted_at" IS NULL
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t2 JOIN "users" AS t1 ON t1."id" = t2."target"
  WHERE t2."owner" = r."id"
  AND (t1."id" = ?2)))
  WHERE "the rank" <= ?3
  ORDER BY "the owner", "the rank";
--   ?1 is Argument(0)
--   ?2 is AuthId
--   ?3 is Argument(1)

