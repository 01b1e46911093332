-- Notes from the field: accounts that sign in by address, notes that answer one another, JSON and times.
CREATE TABLE users (
  id TEXT PRIMARY KEY NOT NULL,
  email TEXT NOT NULL UNIQUE,
  password TEXT,
  is_admin BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE TABLE sites (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  latitude REAL CHECK (latitude BETWEEN -90 AND 90),
  longitude REAL CHECK (longitude >= -180 AND longitude <= 180)
);
CREATE TABLE notes (
  id INTEGER PRIMARY KEY,
  site INTEGER NOT NULL REFERENCES sites ON DELETE CASCADE,
  answers INTEGER REFERENCES notes (id) ON DELETE SET NULL,
  text TEXT NOT NULL,
  measured JSON,
  seen_at TIMESTAMP,
  created_by TEXT REFERENCES users (id),
  created_at TIMESTAMP,
  updated_at TIMESTAMP
);
INSERT INTO users VALUES
  ('u1', 'ada@example.com', '$pbkdf2-sha256$1000$MDEyMzQ1Njc4OWFiY2RlZg$znajvejQnpdF197o5oMRY1nWGAgaTjaggaNrIpdFBpo', 1),
  ('u2', 'ben@example.com', 'pbkdf2:sha256:1000$saltsalt$3ba10134b9cad4fe1e09cffe3598f8c39d35c0597f797b4f1e986bb774605fb9', 0);
INSERT INTO sites VALUES (1, 'Bog', 53.5, -7.2), (2, 'Dune', NULL, NULL);
-- The first note answers a later one.
INSERT INTO notes VALUES
  (1, 1, 3, 'Sundew, in flower', '{"count": 12}', '2024-05-01 09:00:00', 'u1', '2024-05-01 12:00:00', NULL),
  (2, 1, 1, 'Again', NULL, NULL, 'u2', '2024-05-02 12:00:00', NULL),
  (3, 2, NULL, 'Marram grass', '[1, 2.50]', NULL, NULL, '2024-05-03 12:00:00', '2024-05-04 12:00:00'),
  (4, 2, 99, 'Lost thread', NULL, NULL, 'u1', '2024-05-03 12:00:00', NULL),
  (5, 2, NULL, 'Bad data', '{', NULL, 'u1', '2024-05-03 12:00:00', NULL);
