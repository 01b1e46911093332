-- read messages
SELECT r."id", r."version", r."created_at", r."updated_at", r."created_by", r."sent_at", r."author", r."body", r."kind", r."tags", r."fee", r."weight", r."stars", r."day", r."flagged", r."data", r."mail", r."link", r."room", r."answers"
  FROM "messages" AS r
  WHERE r."id" = ?1
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t3 JOIN "users" AS t1 ON t1."id" = t3."target"
  WHERE t3."owner" = (SELECT t2."id"
  FROM "rooms" AS t2
  WHERE t2."id" = r."room"
  AND t2."deleted_at" IS NULL)
  AND (t1."id" = ?2::uuid));
--   ?1 is Argument(0)
--   ?2 is AuthId

-- create messages
INSERT INTO "messages" ("id", "version", "created_at", "updated_at", "created_by", "sent_at", "author", "body", "kind", "tags", "fee", "weight", "stars", "day", "flagged", "data", "mail", "link", "room", "answers") SELECT ?1::uuid, ?2::bigint, ?3::bigint, ?4::bigint, ?5::uuid, ?6::bigint, ?7::uuid, (?8::text COLLATE "C"), (?9::text COLLATE "C"), (?10::text COLLATE "C"), ?11::bigint, ?12::double precision, ?13::bigint, (?14::text COLLATE "C"), ?15::boolean, (?16::text COLLATE "C"), (?17::text COLLATE "C"), (?18::text COLLATE "C"), ?19::uuid, ?20::uuid
  WHERE ((?7::uuid = ?21::uuid)
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t3 JOIN "users" AS t1 ON t1."id" = t3."target"
  WHERE t3."owner" = (SELECT t2."id"
  FROM "rooms" AS t2
  WHERE t2."id" = ?19::uuid
  AND t2."deleted_at" IS NULL)
  AND t1."id" = ?21::uuid));
--   ?1 is Input(FieldId(0))
--   ?2 is Input(FieldId(1))
--   ?3 is Input(FieldId(2))
--   ?4 is Input(FieldId(3))
--   ?5 is Input(FieldId(4))
--   ?6 is Input(FieldId(5))
--   ?7 is Input(FieldId(6))
--   ?8 is Input(FieldId(7))
--   ?9 is Input(FieldId(8))
--   ?10 is Input(FieldId(9))
--   ?11 is Input(FieldId(10))
--   ?12 is Input(FieldId(11))
--   ?13 is Input(FieldId(12))
--   ?14 is Input(FieldId(13))
--   ?15 is Input(FieldId(14))
--   ?16 is Input(FieldId(15))
--   ?17 is Input(FieldId(16))
--   ?18 is Input(FieldId(17))
--   ?19 is Input(FieldId(18))
--   ?20 is Input(FieldId(19))
--   ?21 is AuthId

-- may update messages
SELECT 1
  FROM "messages" AS r
  WHERE r."id" = ?1
  AND (r."author" = ?2::uuid);
--   ?1 is Argument(0)
--   ?2 is AuthId

-- may delete messages
-- nobody may

-- may restore messages
-- nobody may

-- update messages
UPDATE "messages" SET "version" = ?1, "updated_at" = ?2, "answers" = ?3
  WHERE "id" = ?4
  AND "version" = ?5;
--   ?1 is Input(FieldId(1))
--   ?2 is Input(FieldId(3))
--   ?3 is Input(FieldId(19))
--   ?4 is Argument(0)
--   ?5 is Argument(1)

-- delete messages
DELETE
  FROM "messages"
  WHERE "id" = ?1;
--   ?1 is Argument(0)

-- read for the journal, deleted or not, of messages
SELECT r."id", r."version", r."created_at", r."updated_at", r."created_by", r."sent_at", r."author", r."body", r."kind", r."tags", r."fee", r."weight", r."stars", r."day", r."flagged", r."data", r."mail", r."link", r."room", r."answers"
  FROM "messages" AS r
  WHERE r."id" = ?1;
--   ?1 is Argument(0)

-- stored record that breaks check 2 of messages
SELECT 1
  FROM "messages" AS r
  WHERE r."id" = ?1
  AND ((r."answers" IS NOT NULL)
  AND ((SELECT t1."room"
  FROM "messages" AS t1
  WHERE t1."id" = r."answers") IS DISTINCT
  FROM r."room"));
--   ?1 is Argument(0)

-- input that breaks check 0 of messages
SELECT 1
  WHERE (?1::bigint = ?2::bigint);
--   ?1 is Input(FieldId(12))
--   ?2 is Value(Int(4))

-- input that breaks check 1 of messages
SELECT 1
  WHERE ((?1::bigint IS NOT NULL)
  AND (_multiply(?1::bigint, ?2::bigint) <= ?3::bigint)
  AND (_divide(?4::double precision, CAST(?2::bigint AS double precision)) >= CAST(?5::bigint AS double precision)));
--   ?1 is Input(FieldId(10))
--   ?2 is Value(Int(2))
--   ?3 is Value(Int(150))
--   ?4 is Input(FieldId(11))
--   ?5 is Value(Int(-1))

-- messages.answers that points to messages
SELECT r."id", r."version", r."created_at", r."updated_at", r."created_by", r."sent_at", r."author", r."body", r."kind", r."tags", r."fee", r."weight", r."stars", r."day", r."flagged", r."data", r."mail", r."link", r."room", r."answers"
  FROM "messages" AS r
  WHERE r."answers" = ?1 LIMIT ?2;
--   ?1 is Argument(0)
--   ?2 is Argument(2)

-- messages.answers deleted with messages
SELECT r."id", r."version", r."created_at", r."updated_at", r."created_by", r."sent_at", r."author", r."body", r."kind", r."tags", r."fee", r."weight", r."stars", r."day", r."flagged", r."data", r."mail", r."link", r."room", r."answers"
  FROM "messages" AS r
  WHERE r."answers" = ?1 LIMIT ?2;
--   ?1 is Argument(0)
--   ?2 is Argument(2)

-- read rooms
SELECT r."id", r."version", r."created_at", r."updated_at", r."created_by", r."deleted_at", r."name", r."topic", (SELECT string_agg(replace("target"::text, '-', ''), ','
  ORDER BY "position")
  FROM "rooms__members"
  WHERE "owner" = r."id")
  FROM "rooms" AS r
  WHERE r."id" = ?1
  AND r."deleted_at" IS NULL
  AND EXISTS (SELECT 1
  FROM "rooms__members" AS t2 JOIN "users" AS t1 ON t1."id" = t2."target"
  WHERE t2."owner" = r."id"
  AND (t1."id" = ?2::uuid));
--   ?1 is Argument(0)
--   ?2 is AuthId

-- create rooms
INSERT INTO "rooms" ("id", "version", "created_at", "updated_at", "created_by", "deleted_at", "name", "topic") SELECT ?1::uuid, ?2::bigint, ?3::bigint, ?4::bigint, ?5::uuid, ?6::bigint, (?7::text COLLATE "C"), (?8::text COLLATE "C")
  WHERE EXISTS (SELECT 1
  FROM "users" AS t1
  WHERE t1."id" IN (SELECT value::uuid
  FROM json_array_elements_text(((?10::text COLLATE "C"))::json))
  AND t1."id" = ?9::uuid);
--   ?1 is Input(FieldId(0))
--   ?2 is Input(FieldId(1))
--   ?3 is Input(FieldId(2))
--   ?4 is Input(FieldId(3))
--   ?5 is Input(FieldId(4))
--   ?6 is Input(FieldId(5))
--   ?7 is Input(FieldId(6))
--   ?8 is Input(FieldId(7))
--   ?9 is AuthId
--   ?10 is InputIds(FieldId(8))

-- may update rooms
SELECT 1
  FROM "rooms" AS r
  WHERE r."id" = ?1
  AND r."deleted_at" IS NULL
  AND (EXISTS (SELECT 1
  FROM "rooms__members" AS t2 JOIN "users" AS t1 ON t1."id" = t2."target"
  WHERE t2."owner" = r."id"
  AND t1."id" = ?2::uuid)
  AND ((?3::text COLLATE "C") <> (?4::text COLLATE "C")));
--   ?1 is Argument(0)
--   ?2 is AuthId
--   ?3 is Input(FieldId(6))
--   ?4 is Value(Text(""))

-- may delete rooms
SELECT 1
  FROM "rooms" AS r
  WHERE r."id" = ?1
  AND r."deleted_at" IS NULL
  AND (r."created_by" = ?2::uuid);
--   ?1 is Argument(0)
--   ?2 is AuthId

-- may restore rooms
SELECT 1
  FROM "rooms" AS r
  WHERE r."id" = ?1
  AND r."deleted_at" IS NOT NULL
  AND (r."created_by" = ?2::uuid);
--   ?1 is Argument(0)
--   ?2 is AuthId

-- update rooms
UPDATE "rooms" SET "version" = ?1, "updated_at" = ?2, "topic" = ?3
  WHERE "id" = ?4
  AND "version" = ?5;
--   ?1 is Input(FieldId(1))
--   ?2 is Input(FieldId(3))
--   ?3 is Input(FieldId(7))
--   ?4 is Argument(0)
--   ?5 is Argument(1)

-- delete rooms
DELETE
  FROM "rooms"
  WHERE "id" = ?1;
--   ?1 is Argument(0)

-- read for the journal, deleted or not, of rooms
SELECT r."id", r."version", r."created_at", r."updated_at", r."created_by", r."deleted_at", r."name", r."topic", (SELECT string_agg(replace("target"::text, '-', ''), ','
  ORDER BY "position")
  FROM "rooms__members"
  WHERE "owner" = r."id")
  FROM "rooms" AS r
  WHERE r."id" = ?1;
--   ?1 is Argument(0)

-- messages.room that points to rooms
SELECT r."id", r."version", r."created_at", r."updated_at", r."created_by", r."sent_at", r."author", r."body", r."kind", r."tags", r."fee", r."weight", r."stars", r."day", r."flagged", r."data", r."mail", r."link", r."room", r."answers"
  FROM "messages" AS r
  WHERE r."room" = ?1 LIMIT ?2;
--   ?1 is Argument(0)
--   ?2 is Argument(2)

-- messages.room deleted with rooms
SELECT r."id", r."version", r."created_at", r."updated_at", r."created_by", r."sent_at", r."author", r."body", r."kind", r."tags", r."fee", r."weight", r."stars", r."day", r."flagged", r."data", r."mail", r."link", r."room", r."answers"
  FROM "messages" AS r
  WHERE r."room" = ?1 LIMIT ?2;
--   ?1 is Argument(0)
--   ?2 is Argument(2)

-- look up users by their address
SELECT "id"
  FROM "users"
  WHERE "email" = ?1 LIMIT 2;
--   ?1 is Argument(0)

