-- A small library: accounts under another name, keys of text, dates, a link table, a view and a trigger.
CREATE TABLE accounts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  email TEXT NOT NULL UNIQUE,
  password_digest TEXT,
  full_name VARCHAR(80) NOT NULL,
  enabled BOOLEAN NOT NULL DEFAULT 1,
  joined DATE NOT NULL DEFAULT CURRENT_DATE
);
CREATE TABLE books (
  isbn VARCHAR(13) PRIMARY KEY NOT NULL CHECK (length(isbn) IN (10, 13)),
  title TEXT NOT NULL,
  pages INTEGER CHECK (pages BETWEEN 1 AND 5000),
  price NUMERIC(8, 2) NOT NULL DEFAULT 0 CHECK (price >= 0),
  shelf CHAR(3),
  cover BLOB,
  created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE authors (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  born INTEGER,
  died INTEGER,
  CHECK (died IS NULL OR died > born)
);
CREATE TABLE book_authors (
  book VARCHAR(13) NOT NULL REFERENCES books (isbn) ON DELETE CASCADE,
  author INTEGER NOT NULL REFERENCES authors (id),
  PRIMARY KEY (book, author)
);
CREATE TABLE loans (
  loan_no INTEGER PRIMARY KEY,
  book_isbn VARCHAR(13) NOT NULL REFERENCES books (isbn),
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  out_on DATE NOT NULL,
  due_on DATE NOT NULL,
  back_on DATE,
  state TEXT NOT NULL DEFAULT 'out' CHECK (state IN ('out', 'back', 'lost')),
  CONSTRAINT due_after_out CHECK (due_on >= out_on),
  CONSTRAINT lost_has_no_return CHECK (NOT (state = 'lost' AND back_on IS NOT NULL)),
  CONSTRAINT odd CHECK (lower(state) = state)
);
CREATE INDEX loans_by_account ON loans (account_id, out_on);
CREATE INDEX loans_out ON loans (book_isbn) WHERE back_on IS NULL;
CREATE UNIQUE INDEX books_shelf_title ON books (shelf, title);
CREATE INDEX books_lower_title ON books (lower(title));
CREATE VIEW overdue AS SELECT * FROM loans WHERE back_on IS NULL;
CREATE TRIGGER books_touch AFTER UPDATE ON books BEGIN SELECT 1; END;

INSERT INTO accounts (id, email, password_digest, full_name, enabled, joined) VALUES
  (1, 'Ada@Example.com', '$2b$05$abcdefghijklmnopqrstuu3JgwjVpvICm0WBx/KCD2Txrbr.XoE5m', 'Ada', 1, '2024-01-05'),
  (2, 'ben@example.com', '$2b$17$abcdefghijklmnopqrstuu3JgwjVpvICm0WBx/KCD2Txrbr.XoE5m', 'Ben', 0, '2024-02-06'),
  (3, 'no address', NULL, 'Cid', 1, '2024-02-07');
INSERT INTO books (isbn, title, pages, price, shelf, cover, created_at, updated_at) VALUES
  ('9780000000001', 'Rain', 120, 12.5, 'A1', x'00ff', '2024-03-01 10:00:00', '2024-03-02 11:30:00'),
  ('9780000000002', 'Snow', NULL, 7, NULL, NULL, '2024-03-01 10:00:00.250', '2024-03-01 10:00:00.250');
INSERT INTO authors VALUES (1, 'R. Field', 1900, NULL), (2, 'S. Hill', 1920, 1999);
INSERT INTO book_authors VALUES ('9780000000001', 1), ('9780000000002', 1), ('9780000000002', 2);
INSERT INTO loans (loan_no, book_isbn, account_id, out_on, due_on, back_on, state) VALUES
  (10, '9780000000001', 1, '2024-04-01', '2024-04-20', NULL, 'out'),
  (11, '9780000000002', 2, '2024-04-02', '2024-04-21', '2024-04-11', 'back'),
  (12, '9780000000009', 1, '2024-04-03', '2024-04-22', NULL, 'out'),
  (13, '9780000000002', 3, '2024-04-03', '2024-04-22', NULL, 'out'),
  (14, '9780000000002', 1, '2024-04-31', '2024-05-22', NULL, 'out');
