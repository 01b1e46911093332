-- A small shop without accounts: several keys in one, tables that point to one another, names that we cannot take.
CREATE TABLE "Customer" (
  "customerId" INTEGER PRIMARY KEY,
  "fullName" TEXT NOT NULL,
  "version" INTEGER NOT NULL DEFAULT 1,
  "vip" INTEGER NOT NULL DEFAULT 0 CHECK ("vip" IN (0, 1)),
  "default_address" INTEGER REFERENCES address (id)
);
CREATE TABLE address (
  id INTEGER PRIMARY KEY,
  customer INTEGER NOT NULL REFERENCES "Customer" ("customerId") ON DELETE CASCADE,
  street TEXT NOT NULL,
  position REAL
);
CREATE TABLE orders (
  id TEXT PRIMARY KEY NOT NULL,
  customer_id INTEGER REFERENCES "Customer" ("customerId") ON DELETE SET NULL,
  placed DATETIME NOT NULL,
  total AS (1 + 1)
);
CREATE TABLE order_line (
  order_id TEXT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  line INTEGER NOT NULL,
  article TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount > 0 AND amount <> 13),
  price DECIMAL(10, 2) NOT NULL,
  PRIMARY KEY (order_id, line)
);
CREATE TABLE parcel (
  code TEXT PRIMARY KEY NOT NULL,
  order_id TEXT NOT NULL,
  line INTEGER NOT NULL,
  FOREIGN KEY (order_id, line) REFERENCES order_line (order_id, line)
);
CREATE TABLE log (at TEXT, text TEXT);
INSERT INTO "Customer" VALUES (1, 'Ada', 3, 1, NULL), (2, 'Ben', 1, 0, NULL);
INSERT INTO address VALUES (1, 1, 'High Street 1', 1.5), (2, 2, 'Low Street 2', NULL);
UPDATE "Customer" SET default_address = "customerId";
INSERT INTO orders (id, customer_id, placed) VALUES ('A-1', 1, 1709287200), ('A-2', NULL, '2024-03-01 10:00');
INSERT INTO order_line VALUES ('A-1', 1, 'Pen', 2, 1.25), ('A-1', 11, 'Ink', 1, 10), ('A-2', 1, 'Pen', 1, 1.255);
INSERT INTO parcel VALUES ('P1', 'A-1', 11);
INSERT INTO log VALUES ('now', 'nothing');
