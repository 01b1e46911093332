//! Every limit of Mainstay in one place. Each has a reason to exist; change the number here, with the reason.

/// Characters of a collection or field name; short enough for the names made from two of them.
pub const NAME_CHARACTERS_MAX: usize = 40;
/// Collections of one application.
pub const COLLECTIONS_MAX: usize = 500;
/// Declared fields of one collection.
pub const FIELDS_MAX: usize = 200;
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
/// Bytes of one file of a definition; a person wrote it.
pub const DEFINITION_FILE_BYTES_MAX: usize = 1_048_576;
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

/// Bytes of one request body when the configuration says nothing else.
pub const BODY_BYTES_DEFAULT: usize = 4 * 1024 * 1024;

/// Characters of a password (NIST SP 800-63B, OWASP ASVS 5.0 6.2).
pub const PASSWORD_CHARACTERS_MIN: usize = 8;
pub const PASSWORD_CHARACTERS_MAX: usize = 256;
