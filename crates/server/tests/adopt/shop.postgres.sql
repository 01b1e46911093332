-- A small shop without accounts: several keys in one, tables that point to one another, names that we cannot take.
CREATE SCHEMA shop;
SET search_path = shop;
CREATE DOMAIN money_amount AS numeric(10, 3) CHECK (VALUE >= 0);
CREATE TABLE "Customer" (
  "customerId" serial PRIMARY KEY,
  "fullName" text NOT NULL,
  "version" integer NOT NULL DEFAULT 1,
  "vip" integer NOT NULL DEFAULT 0 CHECK ("vip" IN (0, 1)),
  "default_address" integer
);
CREATE TABLE address (
  id integer PRIMARY KEY,
  customer integer NOT NULL REFERENCES "Customer" ("customerId") ON DELETE CASCADE,
  street text NOT NULL,
  position double precision
);
ALTER TABLE "Customer" ADD FOREIGN KEY (default_address) REFERENCES address (id);
CREATE TABLE orders (
  id text PRIMARY KEY,
  customer_id integer REFERENCES "Customer" ("customerId") ON DELETE SET NULL,
  placed timestamptz NOT NULL,
  total integer GENERATED ALWAYS AS (1 + 1) STORED
);
CREATE TABLE order_line (
  order_id text NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  line integer NOT NULL,
  article text NOT NULL,
  amount integer NOT NULL CHECK (amount > 0 AND amount <> 13),
  price money_amount NOT NULL,
  PRIMARY KEY (order_id, line)
);
CREATE TABLE parcel (
  code text PRIMARY KEY,
  order_id text NOT NULL,
  line integer NOT NULL,
  FOREIGN KEY (order_id, line) REFERENCES order_line (order_id, line)
);
CREATE TABLE log (at text, text text);
INSERT INTO "Customer" VALUES (1, 'Ada', 3, 1, NULL), (2, 'Ben', 1, 0, NULL);
INSERT INTO address VALUES (1, 1, 'High Street 1', 1.5), (2, 2, 'Low Street 2', NULL);
UPDATE "Customer" SET default_address = "customerId";
INSERT INTO orders (id, customer_id, placed) VALUES
  ('A-1', 1, '2024-03-01 10:00:00+00'), ('A-2', NULL, '2024-03-01 10:00:00+00');
INSERT INTO order_line VALUES ('A-1', 1, 'Pen', 2, 1.25), ('A-1', 11, 'Ink', 1, 10), ('A-2', 1, 'Pen', 1, 1.255);
INSERT INTO parcel VALUES ('P1', 'A-1', 11);
INSERT INTO log VALUES ('now', 'nothing');
