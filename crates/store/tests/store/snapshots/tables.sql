CREATE TABLE "messages" (
  "id" BLOB PRIMARY KEY NOT NULL,
  "version" INTEGER NOT NULL,
  "created_at" INTEGER NOT NULL,
  "updated_at" INTEGER NOT NULL,
  "created_by" BLOB,
  "sent_at" INTEGER NOT NULL,
  "author" BLOB NOT NULL REFERENCES "users" ("id") ON DELETE RESTRICT,
  "body" TEXT NOT NULL,
  "kind" TEXT NOT NULL DEFAULT 'plain',
  "tags" TEXT,
  "fee" INTEGER,
  "weight" REAL,
  "stars" INTEGER,
  "day" TEXT,
  "flagged" INTEGER,
  "data" TEXT,
  "mail" TEXT,
  "link" TEXT,
  "room" BLOB NOT NULL REFERENCES "rooms" ("id") ON DELETE RESTRICT,
  "answers" BLOB REFERENCES "messages" ("id") ON DELETE CASCADE,
  CONSTRAINT "messages.id.id" CHECK (length("id") = 16),
  CONSTRAINT "messages.version.range" CHECK ("version" BETWEEN 1 AND 9223372036854775807),
  CONSTRAINT "messages.body.length" CHECK (length("body") BETWEEN 0 AND 10000),
  CONSTRAINT "messages.kind.option" CHECK ("kind" IN ('plain', 'it''s')),
  CONSTRAINT "messages.tags.list" CHECK (json_type("tags") = 'array'),
  CONSTRAINT "messages.fee.decimal_2" CHECK ("fee" BETWEEN 0 AND 999999),
  CONSTRAINT "messages.weight.range" CHECK ("weight" BETWEEN 0.5 AND 1.7976931348623157e308),
  CONSTRAINT "messages.stars.range" CHECK ("stars" BETWEEN 1 AND 5),
  CONSTRAINT "messages.day.date" CHECK ("day" IS date("day")),
  CONSTRAINT "messages.flagged.boolean" CHECK ("flagged" IN (0, 1)),
  CONSTRAINT "messages.data.json" CHECK (json_valid("data")),
  CONSTRAINT "messages.mail.email" CHECK ("mail" LIKE '%_@_%' AND length("mail") <= 254),
  CONSTRAINT "messages.link.url" CHECK ("link" LIKE 'http%://_%' AND length("link") <= 2048),
  CONSTRAINT "messages.check.stars" CHECK (("stars" = 4) IS NOT TRUE),
  CONSTRAINT "messages.check.free_or_red" CHECK ((("fee" IS NOT NULL) AND ((CASE typeof(("fee" * 2)) WHEN 'integer' THEN ("fee" * 2) END) <= 150) AND (NULLIF(NULLIF(("weight" / NULLIF(CAST(2 AS REAL), 0)), 9e999), -9e999) >= CAST(-1 AS REAL))) IS NOT TRUE)
) STRICT;
CREATE INDEX "messages.index.room.sent_at" ON "messages" ("room", "sent_at", "id");
CREATE UNIQUE INDEX "messages.unique.author.kind" ON "messages" ("author", "kind");
CREATE INDEX "messages.index.sent_at" ON "messages" ("sent_at", "id");
CREATE INDEX "messages.index.answers" ON "messages" ("answers", "id");

CREATE TABLE "rooms" (
  "id" BLOB PRIMARY KEY NOT NULL,
  "version" INTEGER NOT NULL,
  "created_at" INTEGER NOT NULL,
  "updated_at" INTEGER NOT NULL,
  "created_by" BLOB,
  "deleted_at" INTEGER,
  "name" TEXT NOT NULL,
  "topic" TEXT,
  CONSTRAINT "rooms.id.id" CHECK (length("id") = 16),
  CONSTRAINT "rooms.version.range" CHECK ("version" BETWEEN 1 AND 9223372036854775807),
  CONSTRAINT "rooms.name.length" CHECK (length("name") BETWEEN 1 AND 80),
  CONSTRAINT "rooms.topic.length" CHECK (length("topic") BETWEEN 0 AND 10000)
) STRICT;
CREATE UNIQUE INDEX "rooms.unique.name" ON "rooms" ("name") WHERE "deleted_at" IS NULL;
CREATE INDEX "rooms.index.name" ON "rooms" ("name", "id");
CREATE INDEX "rooms.index.topic" ON "rooms" ("topic", "id");
CREATE INDEX "rooms.deleted" ON "rooms" ("deleted_at", "id") WHERE "deleted_at" IS NOT NULL;

CREATE TABLE "rooms__members" (
  "owner" BLOB NOT NULL REFERENCES "rooms" ("id") ON DELETE CASCADE,
  "target" BLOB NOT NULL REFERENCES "users" ("id") ON DELETE RESTRICT,
  "position" INTEGER NOT NULL,
  PRIMARY KEY ("owner", "target")
) STRICT, WITHOUT ROWID;
CREATE INDEX "rooms__members.target" ON "rooms__members" ("target", "owner");

CREATE TABLE "users" (
  "id" BLOB PRIMARY KEY NOT NULL,
  "version" INTEGER NOT NULL,
  "created_at" INTEGER NOT NULL,
  "updated_at" INTEGER NOT NULL,
  "created_by" BLOB,
  "email" TEXT NOT NULL,
  "administrator" INTEGER NOT NULL DEFAULT FALSE,
  "active" INTEGER NOT NULL DEFAULT TRUE,
  CONSTRAINT "users.id.id" CHECK (length("id") = 16),
  CONSTRAINT "users.version.range" CHECK ("version" BETWEEN 1 AND 9223372036854775807),
  CONSTRAINT "users.email.email" CHECK ("email" LIKE '%_@_%' AND length("email") <= 254),
  CONSTRAINT "users.administrator.boolean" CHECK ("administrator" IN (0, 1)),
  CONSTRAINT "users.active.boolean" CHECK ("active" IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX "users.unique.email" ON "users" ("email");

