-- As SQLAlchemy 2 writes `metadata.create_all` for PostgreSQL.
CREATE TYPE userrole AS ENUM ('admin', 'annotator', 'reviewer');
CREATE TYPE projecttype AS ENUM ('chat', 'image', 'text');
CREATE TYPE memberrole AS ENUM ('manager', 'annotator', 'reviewer');
CREATE TYPE containerstatus AS ENUM ('draft', 'open', 'closed');
CREATE TABLE users (
	id SERIAL NOT NULL, 
	username VARCHAR(50) NOT NULL, 
	email VARCHAR(255) NOT NULL, 
	hashed_password VARCHAR(255) NOT NULL, 
	role userrole NOT NULL, 
	is_active BOOLEAN NOT NULL, 
	created TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT username_length CHECK (length(username) >= 3 AND length(username) <= 50), 
	UNIQUE (username), 
	UNIQUE (email)
);
CREATE TABLE projects (
	id SERIAL NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	type projecttype NOT NULL, 
	description TEXT, 
	created_by INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT name_length CHECK (length(name) >= 1 AND length(name) <= 100), 
	FOREIGN KEY(created_by) REFERENCES users (id)
);
CREATE TABLE project_members (
	id SERIAL NOT NULL, 
	project_id INTEGER NOT NULL, 
	user_id INTEGER NOT NULL, 
	role memberrole NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT uq_project_user UNIQUE (project_id, user_id), 
	FOREIGN KEY(project_id) REFERENCES projects (id) ON DELETE CASCADE, 
	FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE TABLE containers (
	id SERIAL NOT NULL, 
	project_id INTEGER NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	type VARCHAR(10) NOT NULL, 
	json_schema JSON, 
	status containerstatus NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(project_id) REFERENCES projects (id) ON DELETE CASCADE
);
CREATE TABLE items (
	id SERIAL NOT NULL, 
	container_id INTEGER NOT NULL, 
	parent_id INTEGER, 
	content TEXT NOT NULL, 
	item_metadata JSON, 
	sequence INTEGER, 
	PRIMARY KEY (id), 
	CONSTRAINT uq_container_sequence UNIQUE (container_id, sequence), 
	FOREIGN KEY(container_id) REFERENCES containers (id) ON DELETE CASCADE, 
	FOREIGN KEY(parent_id) REFERENCES items (id) ON DELETE SET NULL
);
CREATE TABLE annotations (
	id SERIAL NOT NULL, 
	item_id INTEGER NOT NULL, 
	type VARCHAR(50) NOT NULL, 
	data JSON NOT NULL, 
	start_offset INTEGER, 
	end_offset INTEGER, 
	created_by INTEGER, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT ck_offsets CHECK (start_offset < end_offset), 
	FOREIGN KEY(item_id) REFERENCES items (id) ON DELETE CASCADE, 
	FOREIGN KEY(created_by) REFERENCES users (id) ON DELETE SET NULL
);
CREATE INDEX ix_annotations_type ON annotations (type);

INSERT INTO users (id, username, email, hashed_password, role, is_active, created) VALUES
  (1, 'ada', 'ada@example.com', '$2b$05$abcdefghijklmnopqrstuu3JgwjVpvICm0WBx/KCD2Txrbr.XoE5m', 'admin', true, '2024-01-01 08:00:00'),
  (2, 'ben', 'ben@example.com', 'plain text', 'annotator', true, '2024-01-02 08:00:00.123456');
INSERT INTO projects VALUES (1, 'Rooms', 'chat', NULL, 1);
INSERT INTO project_members VALUES (1, 1, 1, 'manager'), (2, 1, 2, 'annotator');
INSERT INTO containers VALUES (1, 1, 'Bicycles', 'room', '{"type": "object"}', 'open');
INSERT INTO items VALUES
  (1, 1, NULL, 'My chain is loose', '{}', 1), (2, 1, 1, 'Tighten it', NULL, 2), (3, 1, 2, 'Thanks', NULL, NULL);
INSERT INTO annotations VALUES
  (1, 1, 'topic', '{"label": "repair"}', 3, 8, 2, '2024-01-03 08:00:00'), (2, 2, 'topic', '"none"', NULL, NULL, NULL, '2024-01-03 09:00:00');
