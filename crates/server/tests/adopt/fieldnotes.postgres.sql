-- Notes from the field: accounts that sign in by address, notes that answer one another, JSON and times.
CREATE TABLE users (
  id uuid PRIMARY KEY,
  email text NOT NULL UNIQUE,
  password text,
  is_admin boolean NOT NULL DEFAULT FALSE
);
CREATE TABLE sites (
  id integer PRIMARY KEY,
  name text NOT NULL,
  latitude double precision CHECK (latitude BETWEEN -90 AND 90),
  longitude double precision CHECK (longitude >= -180 AND longitude <= 180)
);
CREATE TABLE notes (
  id integer PRIMARY KEY,
  site integer NOT NULL REFERENCES sites ON DELETE CASCADE,
  answers integer,
  text varchar(15) NOT NULL,
  measured jsonb,
  seen_at timestamptz,
  created_by uuid REFERENCES users (id),
  created_at timestamptz,
  updated_at timestamptz
);
INSERT INTO users VALUES
  ('018f6d2c-0000-7000-8000-000000000001', 'ada@example.com', '$pbkdf2-sha256$1000$MDEyMzQ1Njc4OWFiY2RlZg$znajvejQnpdF197o5oMRY1nWGAgaTjaggaNrIpdFBpo', true),
  ('018f6d2c-0000-7000-8000-000000000002', 'ben@example.com', 'pbkdf2:sha256:1000$saltsalt$3ba10134b9cad4fe1e09cffe3598f8c39d35c0597f797b4f1e986bb774605fb9', false);
INSERT INTO sites VALUES (1, 'Bog', 53.5, -7.2), (2, 'Dune', NULL, NULL);
-- The first note answers a later one, and one answers none that there is.
INSERT INTO notes VALUES
  (1, 1, 3, 'Sundew', '{"count": 12}', '2024-05-01 11:00:00+02', '018f6d2c-0000-7000-8000-000000000001', '2024-05-01 12:00:00+00', NULL),
  (2, 1, 1, 'Again', NULL, NULL, '018f6d2c-0000-7000-8000-000000000002', '2024-05-02 12:00:00+00', NULL),
  (3, 2, NULL, 'Marram grass', '[1, 2.50]', NULL, NULL, '2024-05-03 12:00:00+00', '2024-05-04 12:00:00+00'),
  (4, 2, 99, 'Lost thread', NULL, NULL, '018f6d2c-0000-7000-8000-000000000001', '2024-05-03 12:00:00+00', NULL),
  (5, 2, NULL, 'Two' || chr(10) || 'lines', NULL, NULL, '018f6d2c-0000-7000-8000-000000000001', '2024-05-03 12:00:00+00', NULL);
ALTER TABLE notes ADD FOREIGN KEY (answers) REFERENCES notes (id) ON DELETE SET NULL NOT VALID;
