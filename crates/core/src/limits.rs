//! Every limit of Mainstay in one place. Each has a reason to exist; change the number here, with the reason.

/// Characters of a collection or field name; short enough for the names made from two of them.
pub const NAME_CHARACTERS_MAX: usize = 40;
/// Collections of one application.
pub const COLLECTIONS_MAX: usize = 500;
/// Declared fields of one collection.
pub const FIELDS_MAX: usize = 200;
/// Shapes that one database serves at a time, unless older ones cost something: each is kept in full.
pub const SHAPES_SERVED_MAX: usize = 10;
/// Fields of one collection with a rule for reading: what one caller may see of a record is a set of so many bits.
pub const FIELD_READ_RULES_MAX: usize = 64;
/// Fields in one index.
pub const INDEX_FIELDS_MAX: usize = 8;
/// Declared indexes of one collection; each slows down every write.
pub const INDEXES_MAX: usize = 50;
/// Declared checks of one collection.
pub const CHECKS_MAX: usize = 100;
/// Characters of a title or of a check's message: one line on a screen.
pub const TITLE_CHARACTERS_MAX: usize = 200;
/// Characters of a description: some pages.
pub const DESCRIPTION_CHARACTERS_MAX: usize = 10_000;
/// Characters of a label template.
pub const LABEL_CHARACTERS_MAX: usize = 200;
/// Characters of the fields that a saved view names, and of its sort.
pub const VIEW_LIST_CHARACTERS_MAX: usize = 4_000;
/// Bytes of one file of a definition; a person wrote it.
pub const DEFINITION_FILE_BYTES_MAX: usize = 1_048_576;
/// Bytes of one migration; the first one has every collection in it.
pub const MIGRATION_FILE_BYTES_MAX: u64 = 8 * 1_048_576;
/// Characters of what is said about one fault of a definition.
pub const FAULT_CHARACTERS_MAX: usize = 1_000;
/// Options of a select.
pub const SELECT_OPTIONS_MAX: usize = 200;
/// Characters of one option.
pub const SELECT_OPTION_CHARACTERS_MAX: usize = 200;
/// Characters of a text field's `pattern`.
pub const PATTERN_CHARACTERS_MAX: usize = 1_000;
/// Characters of a text field when its `max` is not declared.
pub const TEXT_CHARACTERS_DEFAULT: u32 = 10_000;
/// Characters that a text field's `max` may allow.
pub const TEXT_CHARACTERS_MAX: u32 = 1_000_000;
/// Characters of an e-mail address (RFC 5321).
pub const EMAIL_CHARACTERS_MAX: usize = 254;
/// Characters of a url field.
pub const URL_CHARACTERS_MAX: usize = 2_048;
/// Bytes of a json field when its `max_bytes` is not declared.
pub const JSON_BYTES_DEFAULT: u32 = 65_536;
/// Bytes that a json field's `max_bytes` may allow.
pub const JSON_BYTES_MAX: u32 = 1_048_576;
/// Digits of a decimal, so that its scaled value fits 64 bits.
pub const DECIMAL_DIGITS_MAX: u8 = 18;
/// Characters of a text that an expression reads as a floating-point number; longer ones are no numbers. Both databases
/// read exponents exactly up to here.
pub const NUMBER_CHARACTERS_MAX: usize = 1_000;
/// Targets of one `many` relation of one record.
pub const RELATION_TARGETS_MAX: usize = 1_000;

/// Faults that one message tells about a value that does not fit its JSON Schema.
pub const SCHEMA_ERRORS_MAX: usize = 5;

/// Bytes of one expression.
pub const EXPRESSION_BYTES_MAX: usize = 4_096;
/// Operators and brackets inside one another in one expression; keeps every walk over it far from the end of a 2 MB
/// stack, in debug builds too.
pub const EXPRESSION_DEPTH_MAX: usize = 64;
/// Nodes of one typed expression; bounds the size of the SQL made from it.
pub const EXPRESSION_NODES_MAX: usize = 500;
/// Bytes of a compiled regular expression; a short pattern can ask for an enormous one.
pub const PATTERN_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Regular expressions in one expression; a client's filter is compiled for its request, and a large pattern takes 20 ms.
pub const PATTERNS_MAX: usize = 8;
/// Relation steps in one path.
pub const PATH_STEPS_MAX: usize = 6;
/// `exists`, `all` and `exists_one` inside one another.
pub const QUANTIFIER_DEPTH_MAX: usize = 4;

/// Scopes that a provider is asked for, and addresses that programs may be led back to.
pub const PROVIDER_SCOPES_MAX: usize = 20;
/// Minutes that somebody may take at a provider.
pub const PROVIDER_SIGN_IN_MINUTES: i64 = 10;
/// Characters of the path that a browser goes on at after a sign-in.
pub const RETURN_PATH_CHARACTERS_MAX: usize = 2_000;
/// Minutes that a sign-in waits for its second factor.
pub const CHALLENGE_MINUTES: i64 = 5;
/// Codes that may be wrong in one sign-in: with five of them, a guess among a million codes, three of which are good at a
/// time, is right once in 67,000 sign-ins with the right password.
pub const CHALLENGE_TRIES_MAX: i64 = 5;
/// Recovery codes that a user gets: a sheet of paper, and more than a life needs.
pub const RECOVERY_CODES: usize = 10;
/// Minutes that a challenge waits for a passkey: people look for their telephone.
pub const PASSKEY_CHALLENGE_MINUTES: i64 = 5;
/// Passkeys of one user: one for each device and some in drawers.
pub const PASSKEYS_MAX: usize = 20;
/// Characters of the name that a passkey has in lists.
pub const PASSKEY_NAME_CHARACTERS_MAX: usize = 100;
/// Bytes of a credential's id (Web Authentication, 7.1).
pub const CREDENTIAL_BYTES_MAX: usize = 1_023;
/// Bytes of each part of what an authenticator answers; a statement of its maker with certificates takes some thousand.
pub const AUTHENTICATOR_BYTES_MAX: usize = 16_384;
/// Minutes after its beginning in which a session counts as one that has just begun.
pub const FRESH_SIGN_IN_MINUTES: i64 = 10;

/// Minutes that an access token may last, by any definition.
pub const ACCESS_TOKEN_MINUTES_MAX: u32 = 60;

/// Records of a list page when `limit` is not given.
pub const PAGE_DEFAULT: u32 = 20;
/// Records of a list page at most.
pub const PAGE_MAX: u32 = 500;
/// Fields in one `sort`.
pub const SORT_FIELDS_MAX: usize = 5;
/// Paths in one `expand`.
pub const EXPAND_PATHS_MAX: usize = 10;
/// Steps in one `expand` path.
pub const EXPAND_STEPS_MAX: usize = 3;
/// Records shown for one way back in `expand`.
pub const EXPAND_BACK_MAX: u32 = 100;
/// Bytes of a page after which it ends early, with a cursor for the rest.
pub const PAGE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Bytes that `expand` may bring into one answer.
pub const EXPAND_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Operations in one batch.
pub const BATCH_OPERATIONS_MAX: usize = 1_000;
/// Records that one delete may take with it through `cascade`.
pub const CASCADE_RECORDS_MAX: usize = 100_000;
/// `count=true` stops counting here; a larger answer would cost a scan of everything.
pub const COUNT_MAX: u64 = 1_000_000;
/// Characters of an `Idempotency-Key`.
pub const IDEMPOTENCY_KEY_CHARACTERS_MAX: usize = 255;
/// Hours that an answer is kept for a repeated `Idempotency-Key`.
pub const IDEMPOTENCY_HOURS: u32 = 24;

/// Characters of a comment.
pub const COMMENT_CHARACTERS_MAX: usize = 10_000;
/// Users mentioned in one comment; each gets a notification.
pub const COMMENT_MENTIONS_MAX: usize = 20;
/// Replies below one comment; a thread is read as a whole.
pub const COMMENT_REPLIES_MAX: usize = 200;
/// Reactions to one comment by all users: they are shown one by one, and in each journal entry about the comment.
pub const REACTIONS_MAX: usize = 200;
/// Different reactions to one comment.
pub const REACTION_KINDS_MAX: usize = 20;
/// Characters of a reaction: an emoji can have ten of them, a short word as well.
pub const REACTION_CHARACTERS_MAX: usize = 32;
/// Followers of one record: for each the rule is asked again with every change.
pub const FOLLOWERS_MAX: usize = 200;
/// Seconds within which further changes of a record by the same actor add to the notification of the last one.
pub const NOTIFICATION_JOINED_SECONDS: u32 = 60;
/// Days that a notification is kept once it is read.
pub const NOTIFICATION_DAYS: u32 = 90;
/// Days that a notification is kept that nobody reads.
pub const NOTIFICATION_UNREAD_DAYS: u32 = 365;
/// Unread notifications are counted up to here; who has more has many.
pub const NOTIFICATIONS_COUNTED_MAX: usize = 100;
/// Notifications looked at for one page or count: many of them may be about records that cannot be read any more.
pub const NOTIFICATIONS_LOOKED_AT_MAX: usize = 1_000;
/// Notifications named in one request.
pub const NOTIFICATIONS_NAMED_MAX: usize = 500;
/// Days that a deleted record stays in the trash when its collection does not say.
pub const TRASH_DAYS_DEFAULT: u32 = 30;
/// Days that a collection may ask for: a hundred years. For ever is 0.
pub const TRASH_DAYS_MAX: i64 = 36_500;
/// Deletions that one page of the trash looks at: the rest follows with its cursor.
pub const TRASH_LOOKED_AT_MAX: usize = 2_000;
/// Records that go for good in one transaction, so that no write waits long for it.
pub const PURGE_RECORDS_AT_ONCE: usize = 500;
/// Records of a tree that a named version may hold: they are written in one transaction.
pub const VERSION_RECORDS_MAX: usize = 10_000;
/// Bytes of the values that a named version may hold: they are compared in memory.
pub const VERSION_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Named versions of one tree.
pub const VERSIONS_MAX: usize = 200;
/// Differences that one page of a comparison looks at: the rest follows with its cursor.
pub const VERSION_DIFFERENCES_MAX: usize = 2_000;

/// Bytes of one request body when the configuration says nothing else.
pub const BODY_BYTES_DEFAULT: usize = 4 * 1024 * 1024;

/// Characters of a language, such as `zh-hant-tw`.
pub const LANGUAGE_CHARACTERS_MAX: usize = 20;
/// Characters of a path that links in mails lead to.
pub const PATH_CHARACTERS_MAX: usize = 200;

// Mail
/// Mails with a link or code that one address is sent in an hour: enough for somebody who looks into the wrong folder,
/// and not enough to fill a mailbox.
pub const MAILS_ASKED_MAX: i64 = 5;
/// Mails that wait; with more nobody can ask for another one, rather than the disk filled.
pub const MAILS_PENDING_MAX: i64 = 100_000;
/// Days that finished mails stay in the list.
pub const MAIL_KEPT_DAYS: u32 = 14;
/// Hours that mails asked for by somebody who has no account stay, to count them.
pub const MAIL_DROPPED_HOURS: u32 = 1;

// Accounts
/// Minutes that a link for a new password works (OWASP ASVS 5.0 6.4).
pub const RESET_MINUTES: i64 = 30;
/// Minutes that a code or link for signing in works (OWASP ASVS 5.0 6.6.3: 10 at most).
pub const MAIL_SIGN_IN_MINUTES: i64 = 10;
/// Hours that a link for confirming an address works.
pub const VERIFY_HOURS: i64 = 24;
/// Minutes that a link for a new address works.
pub const CHANGE_ADDRESS_MINUTES: i64 = 60;
/// Days that an invitation works.
pub const INVITATION_DAYS: i64 = 7;
/// Invitations that are open.
pub const INVITATIONS_MAX: i64 = 1_000;
/// Wrong codes after which a challenge is over: one in twenty million guesses is right.
pub const CODE_TRIES_MAX: i64 = 5;
/// Browsers and programs of one user that are remembered.
pub const KNOWN_DEVICES_MAX: i64 = 50;

/// Characters of a password (NIST SP 800-63B, OWASP ASVS 5.0 6.2).
pub const PASSWORD_CHARACTERS_MIN: usize = 8;
pub const PASSWORD_CHARACTERS_MAX: usize = 256;

/// Seconds in which a refresh token that was just used may come again: its answer was lost on the way.
pub const REFRESH_REPEAT_SECONDS: i64 = 10;
/// How often it may come again then.
pub const REFRESH_REPEATS_MAX: i64 = 5;
/// Sessions of one user; another one ends the one that was not used for the longest time.
pub const SESSIONS_MAX: u32 = 500;
/// Sessions whose use waits to be written down.
pub const SESSION_USES_MAX: usize = 100_000;
/// Characters of what is said about the device of a session.
pub const DEVICE_CHARACTERS_MAX: usize = 60;

// Live updates
/// WebSocket and event-stream connections of one process; each holds a socket and some kilobytes.
pub const REALTIME_CONNECTIONS_MAX: usize = 10_000;
/// Of them, those of one user: many tabs on many devices.
pub const REALTIME_CONNECTIONS_OF_USER_MAX: usize = 100;
/// Subscriptions of one connection.
pub const REALTIME_SUBSCRIPTIONS_MAX: usize = 100;
/// Different filters on one collection in one process: each costs a statement for each change there.
pub const REALTIME_FILTERS_MAX: usize = 1_000;
/// Characters of the name that a client gives a subscription.
pub const REALTIME_ID_CHARACTERS_MAX: usize = 64;
/// Bytes of one message from a client.
pub const REALTIME_MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// Messages of one client in a second; a filter costs some ten microseconds to read.
pub const REALTIME_MESSAGES_PER_SECOND_MAX: u32 = 100;
/// Messages that wait for one client, and their bytes; one who reads more slowly is dropped.
pub const REALTIME_QUEUE_MESSAGES_MAX: usize = 2_000;
pub const REALTIME_QUEUE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Entries of the journal that are read to catch a client up; beyond that a list costs less.
pub const REALTIME_REPLAY_ENTRIES_MAX: u32 = 10_000;
/// Numbers of the journal that the feed of changes goes back; beyond that a list costs less.
pub const CHANGES_ENTRIES_MAX: i64 = 10_000;
/// Entries that are looked at for one answer of it.
pub const CHANGES_LOOKED_AT_MAX: usize = 2_000;
/// Milliseconds that `coalesce_ms` may ask for.
pub const REALTIME_COALESCE_MS_MAX: u64 = 10_000;
/// Members of one room, of all processes.
pub const ROOM_MEMBERS_MAX: usize = 500;
/// Bytes of one member's state, and of one broadcast: with what goes around them they fit a notice of PostgreSQL, which
/// has less than 8,000 bytes.
pub const PRESENCE_STATE_BYTES_MAX: usize = 4_000;
pub const BROADCAST_BYTES_MAX: usize = 6_000;

// Webhooks
/// Webhooks of one installation: each entry of the journal is held against every one of them.
pub const WEBHOOKS_MAX: usize = 50;
/// Kinds of entries that one webhook names.
pub const WEBHOOK_KINDS_MAX: usize = 50;
/// Messages that wait for one webhook; with more it is switched off, rather than the disk filled.
pub const WEBHOOK_PENDING_MAX: i64 = 10_000;
/// Bytes of one message; a larger record is left out of it, and can be read by its id.
pub const WEBHOOK_BODY_BYTES_MAX: usize = 64 * 1024;
/// Days of nothing but failures after which a webhook is switched off: longer than all attempts with one message take.
pub const WEBHOOK_FAILING_DAYS_MAX: i64 = 5;
/// Days that finished messages of webhooks are kept.
pub const WEBHOOK_KEPT_DAYS: u32 = 30;
/// Seconds that a replaced secret of a webhook signs too, if the request says nothing else, and at most.
pub const WEBHOOK_OVERLAP_SECONDS_DEFAULT: i64 = 86_400;
pub const WEBHOOK_OVERLAP_SECONDS_MAX: i64 = 7 * 86_400;
/// Entries of the journal that are looked at for one page of the audit; some milliseconds.
pub const JOURNAL_LOOKED_AT_MAX: usize = 5_000;
/// The same for an activity, where rules are asked for each record.
pub const ACTIVITY_LOOKED_AT_MAX: usize = 1_000;
/// Bytes of a kind of entries.
pub const KIND_BYTES_MAX: usize = 80;
/// Records whose activity is shown as that of the one above them.
pub const ACTIVITY_RECORDS_MAX: usize = 5_000;
/// Characters of a value in a sentence.
pub const SENTENCE_VALUE_CHARACTERS_MAX: usize = 60;
/// Fields that a sentence names.
pub const SENTENCE_FIELDS_MAX: usize = 3;
/// Different refusals that are remembered at a time, each for a minute: a flood writes twice as many entries a minute at most.
pub const REFUSALS_OPEN_MAX: usize = 256;
/// Different views of records that are remembered at a time, each for a minute.
pub const VIEWS_OPEN_MAX: usize = 10_000;
/// Entries that one slice of an erasure changes.
pub const ERASED_IN_SLICE_MAX: u32 = 1_000;
/// Characters of the reason of an erasure.
pub const REASON_CHARACTERS_MAX: usize = 500;

/// Requests of a rate: more is no limit, but a mistake.
pub const RATE_REQUESTS_MAX: u32 = 1_000_000;
/// Seconds of a rate: a day. What is counted is forgotten with the process.
pub const RATE_SECONDS_MAX: u32 = 86_400;
/// Addresses, users and keys whose requests are counted at a time, some 100 bytes each; those that asked least go first.
pub const RATES_COUNTED_MAX: usize = 100_000;

/// Failed attempts of one address at one account before each must wait longer than the one before.
pub const ATTEMPTS_FREE: i64 = 10;
/// Failed attempts after which the address is locked out of the account for a time.
pub const ATTEMPTS_MAX: i64 = 20;
/// The same for one address at any accounts: people behind one address forget their passwords at the same time.
pub const ATTEMPTS_OF_ADDRESS_FREE: i64 = 50;
pub const ATTEMPTS_OF_ADDRESS_MAX: i64 = 100;
/// The same for any addresses at one account, which are slowed down and never locked out: else anybody could lock out the
/// owner. NIST SP 800-63B 5.2.2 asks for at most 100.
pub const ATTEMPTS_AT_ACCOUNT_FREE: i64 = 100;
/// Seconds that somebody waits at most between two attempts, unless locked out.
pub const ATTEMPT_WAIT_SECONDS_MAX: i64 = 60;
/// Seconds for which an address is locked out.
pub const ATTEMPT_LOCK_SECONDS: i64 = 15 * 60;
/// Seconds without another one after which failed attempts are forgotten.
pub const ATTEMPTS_KEPT_SECONDS: i64 = 3_600;

/// Keys of one owner that have not expired.
pub const API_KEYS_MAX: usize = 100;
/// Scopes of one key.
pub const API_KEY_SCOPES_MAX: usize = 200;
/// Networks that one key may be used from.
pub const API_KEY_NETWORKS_MAX: usize = 100;
/// Addresses that a key is known to be used from; the one before the others is forgotten first.
pub const API_KEY_ADDRESSES_MAX: usize = 20;
/// Seconds that a replaced key works on, if the request says nothing else, and at most.
pub const API_KEY_OVERLAP_SECONDS_DEFAULT: i64 = 86_400;
pub const API_KEY_OVERLAP_SECONDS_MAX: i64 = 30 * 86_400;
/// Keys of other services that a user keeps here, those among them that are being replaced.
pub const EXTERNAL_KEYS_MAX: usize = 100;
pub const EXTERNAL_KEY_CHARACTERS_MIN: usize = 8;
pub const EXTERNAL_KEY_CHARACTERS_MAX: usize = 4_096;
/// Keys whose use waits to be written down.
pub const API_KEY_USES_MAX: usize = 100_000;
/// Service accounts of one application: they are listed without pages.
pub const SERVICE_ACCOUNTS_MAX: usize = 500;
/// Different sets of scopes for which statements are kept; each costs as much as a release.
pub const MASKS_KEPT_MAX: usize = 32;

/// Shares of one record: they are listed without pages.
pub const SHARES_OF_RECORD_MAX: usize = 200;
/// Minutes for which the link of a share is good once it was opened; then it is opened again.
pub const SHARE_GRANT_MINUTES: i64 = 60;
/// Openings that a link may be limited to.
pub const SHARE_USES_MAX: i64 = 1_000_000;
/// Shares that are ended in one go once they have expired.
pub const SHARES_ENDED_AT_ONCE: i64 = 100;
/// Clients that an application has, registered ones and its own: they are listed without pages.
pub const CLIENTS_MAX: usize = 500;
/// Addresses that one client may be led back to.
pub const CLIENT_REDIRECTS_MAX: usize = 20;
/// Seconds for which a code of a client is good (RFC 6749, 4.1.2 asks for at most ten minutes).
pub const CLIENT_CODE_SECONDS: i64 = 60;
/// Sessions of one user that one client has; another one ends the one that was not used for the longest time.
pub const CLIENT_SESSIONS_OF_USER_MAX: u32 = 20;
/// Bytes of what a client gets back as it sent it: `state` and `nonce`.
pub const CLIENT_STATE_BYTES_MAX: usize = 1_024;
/// Bytes of the form that a client or a page sends.
pub const FORM_BYTES_MAX: usize = 16 * 1_024;
