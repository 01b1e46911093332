CREATE TABLE "messages" (
  "id" uuid PRIMARY KEY NOT NULL,
  "version" bigint NOT NULL,
  "created_at" bigint NOT NULL,
  "updated_at" bigint NOT NULL,
  "created_by" uuid,
  "sent_at" bigint NOT NULL,
  "author" uuid NOT NULL,
  "body" text COLLATE "C" NOT NULL,
  "kind" text COLLATE "C" NOT NULL DEFAULT 'plain',
  "tags" text COLLATE "C",
  "fee" bigint,
  "weight" double precision,
  "stars" bigint,
  "day" text COLLATE "C",
  "flagged" boolean,
  "data" text COLLATE "C",
  "mail" text COLLATE "C",
  "link" text COLLATE "C",
  "room" uuid NOT NULL,
  "answers" uuid,
  CONSTRAINT "messages.version.range" CHECK ("version" BETWEEN 1 AND 9223372036854775807),
  CONSTRAINT "messages.body.length" CHECK (length("body") BETWEEN 0 AND 10000),
  CONSTRAINT "messages.kind.option" CHECK ("kind" IN ('plain', 'it''s')),
  CONSTRAINT "messages.tags.list" CHECK (json_typeof("tags"::json) = 'array'),
  CONSTRAINT "messages.fee.decimal_2" CHECK ("fee" BETWEEN 0 AND 999999),
  CONSTRAINT "messages.weight.range" CHECK ("weight" BETWEEN 0.5 AND 1.7976931348623157e308),
  CONSTRAINT "messages.stars.range" CHECK ("stars" BETWEEN 1 AND 5),
  CONSTRAINT "messages.day.date" CHECK (to_char("day"::date, 'YYYY-MM-DD') = "day"),
  CONSTRAINT "messages.data.json" CHECK (("data" IS NULL OR "data"::json IS NOT NULL)),
  CONSTRAINT "messages.mail.email" CHECK ("mail" LIKE '%_@_%' AND length("mail") <= 254),
  CONSTRAINT "messages.link.url" CHECK ("link" ILIKE 'http%://_%' AND length("link") <= 2048),
  CONSTRAINT "messages.check.stars" CHECK (("stars" = '4'::bigint) IS NOT TRUE),
  CONSTRAINT "messages.check.free_or_red" CHECK ((("fee" IS NOT NULL) AND (_multiply("fee", '2'::bigint) <= '150'::bigint) AND (_divide("weight", CAST('2'::bigint AS double precision)) >= CAST('-1'::bigint AS double precision))) IS NOT TRUE)
);
CREATE INDEX "messages.index.room.sent_at" ON "messages" ("room", "sent_at", "id");
CREATE UNIQUE INDEX "messages.unique.author.kind" ON "messages" ("author", "kind");
CREATE INDEX "messages.index.sent_at" ON "messages" ("sent_at", "id");
CREATE INDEX "messages.index.answers" ON "messages" ("answers" NULLS FIRST, "id");
ALTER TABLE "messages" ADD CONSTRAINT "messages.author.reference" FOREIGN KEY ("author") REFERENCES "users" ("id") ON DELETE RESTRICT DEFERRABLE;
ALTER TABLE "messages" ADD CONSTRAINT "messages.room.reference" FOREIGN KEY ("room") REFERENCES "rooms" ("id") ON DELETE RESTRICT DEFERRABLE;
ALTER TABLE "messages" ADD CONSTRAINT "messages.answers.reference" FOREIGN KEY ("answers") REFERENCES "messages" ("id") ON DELETE CASCADE DEFERRABLE;

CREATE TABLE "rooms" (
  "id" uuid PRIMARY KEY NOT NULL,
  "version" bigint NOT NULL,
  "created_at" bigint NOT NULL,
  "updated_at" bigint NOT NULL,
  "created_by" uuid,
  "deleted_at" bigint,
  "name" text COLLATE "C" NOT NULL,
  "topic" text COLLATE "C",
  CONSTRAINT "rooms.version.range" CHECK ("version" BETWEEN 1 AND 9223372036854775807),
  CONSTRAINT "rooms.name.length" CHECK (length("name") BETWEEN 1 AND 80),
  CONSTRAINT "rooms.topic.length" CHECK (length("topic") BETWEEN 0 AND 10000)
);
CREATE UNIQUE INDEX "rooms.unique.name" ON "rooms" ("name") WHERE "deleted_at" IS NULL;
CREATE INDEX "rooms.index.name" ON "rooms" ("name", "id");
CREATE INDEX "rooms.index.topic" ON "rooms" ("topic" NULLS FIRST, "id");
CREATE INDEX "rooms.deleted" ON "rooms" ("deleted_at", "id") WHERE "deleted_at" IS NOT NULL;

CREATE TABLE "rooms__members" (
  "owner" uuid NOT NULL,
  "target" uuid NOT NULL,
  "position" bigint NOT NULL,
  PRIMARY KEY ("owner", "target")
);
CREATE INDEX "rooms__members.target" ON "rooms__members" ("target", "owner");
ALTER TABLE "rooms__members" ADD CONSTRAINT "rooms__members.owner.reference" FOREIGN KEY ("owner") REFERENCES "rooms" ("id") ON DELETE CASCADE DEFERRABLE;
ALTER TABLE "rooms__members" ADD CONSTRAINT "rooms__members.target.reference" FOREIGN KEY ("target") REFERENCES "users" ("id") ON DELETE RESTRICT DEFERRABLE;

CREATE TABLE "users" (
  "id" uuid PRIMARY KEY NOT NULL,
  "version" bigint NOT NULL,
  "created_at" bigint NOT NULL,
  "updated_at" bigint NOT NULL,
  "created_by" uuid,
  "email" text COLLATE "C" NOT NULL,
  "administrator" boolean NOT NULL DEFAULT FALSE,
  "active" boolean NOT NULL DEFAULT TRUE,
  CONSTRAINT "users.version.range" CHECK ("version" BETWEEN 1 AND 9223372036854775807),
  CONSTRAINT "users.email.email" CHECK ("email" LIKE '%_@_%' AND length("email") <= 254)
);
CREATE UNIQUE INDEX "users.unique.email" ON "users" ("email");

