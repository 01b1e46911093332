-- As `manage.py sqlmigrate` of Django 5 shows it for SQLite.
CREATE TABLE "auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "is_superuser" bool NOT NULL, "username" varchar(50) NOT NULL UNIQUE, "email" varchar(254) NOT NULL UNIQUE, "role" varchar(10) NOT NULL, "is_active" bool NOT NULL, "created" datetime NOT NULL);
CREATE TABLE "app_project" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(100) NOT NULL, "type" varchar(20) NOT NULL, "description" text NOT NULL, "created_by_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "app_projectmember" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "role" varchar(10) NOT NULL, "project_id" bigint NOT NULL REFERENCES "app_project" ("id") DEFERRABLE INITIALLY DEFERRED, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "unique_project_user" UNIQUE ("project_id", "user_id"));
CREATE TABLE "app_container" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(100) NOT NULL, "type" varchar(20) NOT NULL, "json_schema" text NULL CHECK ((JSON_VALID("json_schema") OR "json_schema" IS NULL)), "status" varchar(10) NOT NULL, "project_id" bigint NOT NULL REFERENCES "app_project" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "app_item" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "content" text NOT NULL, "item_metadata" text NOT NULL CHECK ((JSON_VALID("item_metadata") OR "item_metadata" IS NULL)), "sequence" integer unsigned NULL CHECK ("sequence" >= 0), "container_id" bigint NOT NULL REFERENCES "app_container" ("id") DEFERRABLE INITIALLY DEFERRED, "parent_id" bigint NULL REFERENCES "app_item" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "unique_container_sequence" UNIQUE ("container_id", "sequence"));
CREATE TABLE "app_annotation" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "type" varchar(50) NOT NULL, "data" text NOT NULL CHECK ((JSON_VALID("data") OR "data" IS NULL)), "start_offset" integer unsigned NULL CHECK ("start_offset" >= 0), "end_offset" integer unsigned NULL CHECK ("end_offset" >= 0), "created_at" datetime NOT NULL, "created_by_id" integer NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "item_id" bigint NOT NULL REFERENCES "app_item" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "start_before_end" CHECK ("start_offset" < ("end_offset")));
CREATE INDEX "app_project_created_by_id_1" ON "app_project" ("created_by_id");
CREATE INDEX "app_projectmember_project_id_1" ON "app_projectmember" ("project_id");
CREATE INDEX "app_projectmember_user_id_1" ON "app_projectmember" ("user_id");
CREATE INDEX "app_container_project_id_1" ON "app_container" ("project_id");
CREATE INDEX "app_item_container_id_1" ON "app_item" ("container_id");
CREATE INDEX "app_item_parent_id_1" ON "app_item" ("parent_id");
CREATE INDEX "app_annotation_created_by_id_1" ON "app_annotation" ("created_by_id");
CREATE INDEX "app_annotation_item_id_1" ON "app_annotation" ("item_id");

INSERT INTO auth_user (id, password, is_superuser, username, email, role, is_active, created) VALUES
  (1, 'pbkdf2_sha256$1000$saltsalt$O6EBNLnK1P4eCc/+NZj4w501wFl/eXtPHphrt3RgX7k=', true, 'ada', 'ada@example.com', 'admin', true, '2024-01-01 08:00:00'),
  (2, '!unusable', false, 'ben', 'ben@example.com', 'annotator', true, '2024-01-02 08:00:00.123456');
INSERT INTO app_project (id, name, type, description, created_by_id) VALUES (1, 'Rooms', 'chat', '', 1);
INSERT INTO app_projectmember (id, role, project_id, user_id) VALUES (1, 'manager', 1, 1), (2, 'annotator', 1, 2);
INSERT INTO app_container (id, name, type, json_schema, status, project_id) VALUES (1, 'Bicycles', 'room', '{"type": "object"}', 'open', 1);
INSERT INTO app_item (id, content, item_metadata, sequence, container_id, parent_id) VALUES
  (1, 'My chain is loose', '{}', 1, 1, NULL), (2, 'Tighten it', '{}', 2, 1, 1), (3, 'Thanks', '{}', NULL, 1, 2);
INSERT INTO app_annotation (id, type, data, start_offset, end_offset, created_at, created_by_id, item_id) VALUES
  (1, 'topic', '{"label": "repair"}', 3, 8, '2024-01-03 08:00:00', 2, 1), (2, 'topic', '"none"', NULL, NULL, '2024-01-03 09:00:00', NULL, 2);
