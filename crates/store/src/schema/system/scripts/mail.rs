//! Mails on their way, and what accounts are proved with by mail: links, codes, invitations, confirmed addresses.
//!
//! No secret is kept: of a link or code there is a digest, and it is made when its mail is sent.

pub(in crate::schema::system) const SQLITE: &str = "
CREATE TABLE _mail_outbox (
  id BLOB PRIMARY KEY NOT NULL,
  lane INTEGER NOT NULL,
  kind TEXT NOT NULL,
  address TEXT NOT NULL,
  user_id BLOB,
  languages TEXT NOT NULL,
  variables TEXT NOT NULL,
  state TEXT NOT NULL,
  tries INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  give_up_at INTEGER NOT NULL,
  finished_at INTEGER,
  error TEXT
) STRICT;
CREATE INDEX _mail_outbox_pending ON _mail_outbox (lane, due_at, id) WHERE state = 'pending';
CREATE INDEX _mail_outbox_address ON _mail_outbox (address, created_at);
CREATE INDEX _mail_outbox_state ON _mail_outbox (state, id);
CREATE INDEX _mail_outbox_finished ON _mail_outbox (finished_at) WHERE finished_at IS NOT NULL;
CREATE TABLE _account_tokens (
  digest BLOB PRIMARY KEY NOT NULL,
  purpose TEXT NOT NULL,
  user_id BLOB,
  email TEXT NOT NULL,
  code_digest BLOB,
  invitation_id BLOB,
  mail_id BLOB,
  tries INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX _account_tokens_user ON _account_tokens (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX _account_tokens_invitation ON _account_tokens (invitation_id) WHERE invitation_id IS NOT NULL;
CREATE INDEX _account_tokens_mail ON _account_tokens (mail_id) WHERE mail_id IS NOT NULL;
CREATE INDEX _account_tokens_expiry ON _account_tokens (expires_at);
CREATE TABLE _invitations (
  id BLOB PRIMARY KEY NOT NULL,
  email TEXT NOT NULL UNIQUE,
  fields TEXT NOT NULL,
  invited_by BLOB,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE TABLE _verified_addresses (
  user_id BLOB PRIMARY KEY NOT NULL,
  email TEXT NOT NULL,
  verified_at INTEGER NOT NULL
) STRICT;
CREATE TABLE _known_devices (
  user_id BLOB NOT NULL,
  device TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, device)
) STRICT, WITHOUT ROWID;
";

pub(in crate::schema::system) const POSTGRES: &str = r#"
CREATE TABLE _mail_outbox (
  id uuid PRIMARY KEY,
  lane bigint NOT NULL,
  kind text COLLATE "C" NOT NULL,
  address text COLLATE "C" NOT NULL,
  user_id uuid,
  languages text COLLATE "C" NOT NULL,
  variables text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  tries bigint NOT NULL,
  due_at bigint NOT NULL,
  created_at bigint NOT NULL,
  give_up_at bigint NOT NULL,
  finished_at bigint,
  error text COLLATE "C"
);
CREATE INDEX _mail_outbox_pending ON _mail_outbox (lane, due_at, id) WHERE state = 'pending';
CREATE INDEX _mail_outbox_address ON _mail_outbox (address, created_at);
CREATE INDEX _mail_outbox_state ON _mail_outbox (state, id);
CREATE INDEX _mail_outbox_finished ON _mail_outbox (finished_at) WHERE finished_at IS NOT NULL;
CREATE TABLE _account_tokens (
  digest bytea PRIMARY KEY,
  purpose text COLLATE "C" NOT NULL,
  user_id uuid,
  email text COLLATE "C" NOT NULL,
  code_digest bytea,
  invitation_id uuid,
  mail_id uuid,
  tries bigint NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL
);
CREATE INDEX _account_tokens_user ON _account_tokens (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX _account_tokens_invitation ON _account_tokens (invitation_id) WHERE invitation_id IS NOT NULL;
CREATE INDEX _account_tokens_mail ON _account_tokens (mail_id) WHERE mail_id IS NOT NULL;
CREATE INDEX _account_tokens_expiry ON _account_tokens (expires_at);
CREATE TABLE _invitations (
  id uuid PRIMARY KEY,
  email text COLLATE "C" NOT NULL UNIQUE,
  fields text COLLATE "C" NOT NULL,
  invited_by uuid,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL
);
CREATE TABLE _verified_addresses (
  user_id uuid PRIMARY KEY,
  email text COLLATE "C" NOT NULL,
  verified_at bigint NOT NULL
);
CREATE TABLE _known_devices (
  user_id uuid NOT NULL,
  device text COLLATE "C" NOT NULL,
  seen_at bigint NOT NULL,
  PRIMARY KEY (user_id, device)
);
"#;
