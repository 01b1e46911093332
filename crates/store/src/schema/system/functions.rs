//! The conversions of the expression language as functions of PostgreSQL.
//!
//! SQLite has the same in `crates/store/src/db/sqlite/conversions.rs`; what converts to what stands in `docs/rules.md`.
//! What has no counterpart is null and never an error, except a text too long to be stored. No function leaves the
//! evaluation of a cast that can fail to SQL, which may work constants out before it looks at their condition.

use mainstay_core::limits::NUMBER_CHARACTERS_MAX;

use crate::db::VALUE_BYTES_MAX;

/// The script that makes the functions, or puts them in the place of older ones.
pub(crate) fn postgres_conversions() -> String {
    POSTGRES_CONVERSIONS
        .replace("{VALUE_BYTES_MAX}", &VALUE_BYTES_MAX.to_string())
        .replace("{NUMBER_CHARACTERS_MAX}", &NUMBER_CHARACTERS_MAX.to_string())
}

/// `_text_of_number` puts the digits of PostgreSQL where JavaScript would put them. PostgreSQL does not write a number by
/// digits that lie in the middle between it and its neighbour, though they read back as the number (1e23 is such a one),
/// so one digit less is tried. Only integers below 1e50 can lie there.
///
/// `_number_of_text` tells a number too large for its type, which is null, from one too small, which is zero, by the place
/// of its first digit: PostgreSQL has one error for both.
const POSTGRES_CONVERSIONS: &str = r#"
CREATE OR REPLACE FUNCTION _text_of_number(x double precision) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET extra_float_digits = 1 AS $$
  DECLARE
    written text := abs(x)::text;
    head text := split_part(written, 'e', 1);
    digits text := replace(head, '.', '');
    point int := length(split_part(head, '.', 1)) + COALESCE(NULLIF(split_part(written, 'e', 2), ''), '0')::int;
    shorter text;
    candidate text;
    size int;
  BEGIN
    IF x = 0 THEN
      RETURN '0';
    END IF;
    point := point - (length(digits) - length(ltrim(digits, '0')));
    digits := rtrim(ltrim(digits, '0'), '0');
    IF length(digits) >= 16 AND abs(x) < 1e50 THEN
      shorter := left(digits, -1);
      FOREACH candidate IN ARRAY ARRAY[shorter, (shorter::numeric + 1)::text] LOOP
        IF (candidate || 'e' || (point - length(shorter)))::double precision = abs(x) THEN
          point := point - length(shorter) + length(candidate);
          digits := rtrim(candidate, '0');
          EXIT;
        END IF;
      END LOOP;
    END IF;
    size := length(digits);
    RETURN CASE WHEN x < 0 THEN '-' ELSE '' END || CASE
      WHEN point BETWEEN -5 AND 0 THEN '0.' || repeat('0', -point) || digits
      WHEN point BETWEEN size AND 21 THEN digits || repeat('0', point - size)
      WHEN point BETWEEN 1 AND 21 THEN left(digits, point) || '.' || substr(digits, point + 1)
      ELSE left(digits, 1) || CASE WHEN size > 1 THEN '.' || substr(digits, 2) ELSE '' END
        || CASE WHEN point > 0 THEN 'e+' ELSE 'e-' END || abs(point - 1)
    END;
  END $$;

CREATE OR REPLACE FUNCTION _text_of_decimal(x bigint, scale int) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  DECLARE
    digits text := abs(x::numeric)::text;
  BEGIN
    IF scale = 0 THEN
      RETURN x::text;
    END IF;
    digits := lpad(digits, greatest(length(digits), scale + 1), '0');
    RETURN CASE WHEN x < 0 THEN '-' ELSE '' END || left(digits, -scale) || '.' || right(digits, scale);
  END $$;

CREATE OR REPLACE FUNCTION _int_of_text(t text) RETURNS bigint
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  DECLARE
    digits text;
    value numeric;
  BEGIN
    IF t COLLATE "C" !~ '^-?[0-9]+$' THEN
      RETURN NULL;
    END IF;
    digits := ltrim(ltrim(t, '-'), '0');
    IF length(digits) > 19 THEN
      RETURN NULL;
    END IF;
    value := (CASE WHEN left(t, 1) = '-' THEN '-0' ELSE '0' END || digits)::numeric;
    IF value BETWEEN -9223372036854775808 AND 9223372036854775807 THEN
      RETURN value::bigint;
    END IF;
    RETURN NULL;
  END $$;

CREATE OR REPLACE FUNCTION _int_of_number(x double precision) RETURNS bigint
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  BEGIN
    IF x >= -9223372036854775808.0 AND x < 9223372036854775808.0 THEN
      RETURN trunc(x)::bigint;
    END IF;
    RETURN NULL;
  END $$;

CREATE OR REPLACE FUNCTION _number_of_text(t text) RETURNS double precision
  LANGUAGE plpgsql IMMUTABLE STRICT AS $$
  DECLARE
    parts text[];
    exponent text;
    point int;
  BEGIN
    IF length(t) > {NUMBER_CHARACTERS_MAX} THEN
      RETURN NULL;
    END IF;
    parts := regexp_match(t COLLATE "C", '^-?(0|[1-9][0-9]*)(?:[.]([0-9]+))?(?:[eE]([+-]?)([0-9]+))?$');
    IF parts IS NULL THEN
      RETURN NULL;
    END IF;
    IF rtrim(parts[1] || COALESCE(parts[2], ''), '0') = '' THEN
      RETURN 0;
    END IF;
    RETURN t::double precision;
  EXCEPTION WHEN numeric_value_out_of_range THEN
    exponent := ltrim(parts[4], '0');
    IF length(exponent) > 6 THEN
      point := CASE WHEN parts[3] = '-' THEN -1000000 ELSE 1000000 END;
    ELSE
      point := (COALESCE(parts[3], '') || '0' || COALESCE(exponent, ''))::int;
      point := point + CASE WHEN parts[1] <> '0' THEN length(parts[1])
        ELSE length(ltrim(parts[2], '0')) - length(parts[2]) END;
    END IF;
    RETURN CASE WHEN point < 0 THEN 0 END;
  END $$;

CREATE OR REPLACE FUNCTION _date_of_text(t text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  DECLARE
    year int;
    month int;
    last int;
  BEGIN
    IF t COLLATE "C" !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' THEN
      RETURN NULL;
    END IF;
    year := left(t, 4)::int;
    month := substr(t, 6, 2)::int;
    IF year = 0 OR month NOT BETWEEN 1 AND 12 THEN
      RETURN NULL;
    END IF;
    last := extract(day FROM make_date(year, month, 1) + interval '1 month' - interval '1 day');
    RETURN CASE WHEN right(t, 2)::int BETWEEN 1 AND last THEN t END;
  END $$;

CREATE OR REPLACE FUNCTION _time_of_date(t text) RETURNS bigint
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  BEGIN
    RETURN (make_date(left(t, 4)::int, substr(t, 6, 2)::int, right(t, 2)::int) - date '1970-01-01')::bigint
      * 86400000000;
  END $$;

CREATE OR REPLACE FUNCTION _time_of_text(t text) RETURNS bigint
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  DECLARE
    parts text[] := regexp_match(t COLLATE "C",
      '^([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)(?:[.]([0-9]{1,9}))?'
      || '(?:[Zz]|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))$');
    midnight bigint;
    seconds bigint;
    ahead bigint;
    micros bigint;
  BEGIN
    IF parts IS NULL THEN
      RETURN NULL;
    END IF;
    midnight := _time_of_date(_date_of_text(parts[1]));
    seconds := parts[2]::bigint * 3600 + parts[3]::bigint * 60 + least(parts[4]::bigint, 59);
    ahead := COALESCE((parts[6] || '1')::bigint * (parts[7]::bigint * 3600 + parts[8]::bigint * 60), 0);
    micros := midnight + (seconds - ahead) * 1000000 + rpad(left(COALESCE(parts[5], '0'), 6), 6, '0')::bigint;
    RETURN CASE WHEN micros BETWEEN -62135596800000000 AND 253402300799999999 THEN micros END;
  END $$;

CREATE OR REPLACE FUNCTION _date_of_time(x bigint) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  DECLARE
    within bigint := (x % 86400000000 + 86400000000) % 86400000000;
  BEGIN
    IF x NOT BETWEEN -62135596800000000 AND 253402300799999999 THEN
      RETURN NULL;
    END IF;
    RETURN to_char(date '1970-01-01' + ((x - within) / 86400000000)::int, 'YYYY-MM-DD');
  END $$;

CREATE OR REPLACE FUNCTION _text_of_time(x bigint) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  DECLARE
    within bigint := (x % 86400000000 + 86400000000) % 86400000000;
    seconds bigint := within / 1000000;
  BEGIN
    RETURN _date_of_time(x) || 'T' || lpad((seconds / 3600)::text, 2, '0')
      || ':' || lpad((seconds / 60 % 60)::text, 2, '0') || ':' || lpad((seconds % 60)::text, 2, '0')
      || '.' || lpad((within % 1000000)::text, 6, '0') || 'Z';
  END $$;

CREATE OR REPLACE FUNCTION _time_of_seconds(x bigint) RETURNS bigint
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  BEGIN
    IF x BETWEEN -62135596800 AND 253402300799 THEN
      RETURN x * 1000000;
    END IF;
    RETURN NULL;
  END $$;

CREATE OR REPLACE FUNCTION _seconds_of_time(x bigint) RETURNS bigint
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT x / 1000000 - CASE WHEN x % 1000000 < 0 THEN 1 ELSE 0 END $$;

CREATE OR REPLACE FUNCTION _decimal_of_text(t text, scale int) RETURNS bigint
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  DECLARE
    digits text;
    fraction text;
    value numeric;
  BEGIN
    IF t COLLATE "C" !~ '^-?[0-9]+([.][0-9]+)?$' THEN
      RETURN NULL;
    END IF;
    digits := ltrim(split_part(ltrim(t, '-'), '.', 1), '0');
    fraction := split_part(t, '.', 2);
    IF length(digits) > 18 - scale THEN
      RETURN NULL;
    END IF;
    value := ('0' || digits || rpad(left(fraction, scale), scale, '0'))::numeric
      + COALESCE(NULLIF(substr(fraction, scale + 1, 1), '')::int / 5, 0);
    IF value > 999999999999999999 THEN
      RETURN NULL;
    END IF;
    RETURN CASE WHEN left(t, 1) = '-' THEN -value::bigint ELSE value::bigint END;
  END $$;

CREATE OR REPLACE FUNCTION _decimal_of_number(x double precision, scale int) RETURNS bigint
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  DECLARE
    value numeric;
  BEGIN
    IF abs(x) >= 1e18 THEN
      RETURN NULL;
    END IF;
    value := round(_text_of_number(x)::numeric, scale) * ('1e' || scale)::numeric;
    IF abs(value) > 999999999999999999 THEN
      RETURN NULL;
    END IF;
    RETURN value::bigint;
  END $$;

CREATE OR REPLACE FUNCTION _decimal_of_decimal(x bigint, old_scale int, scale int) RETURNS bigint
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  DECLARE
    value numeric := round(x::numeric * ('1e' || scale - old_scale)::numeric);
  BEGIN
    IF abs(value) > 999999999999999999 THEN
      RETURN NULL;
    END IF;
    RETURN value::bigint;
  END $$;

CREATE OR REPLACE FUNCTION _replace(t text, part text, other text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  DECLARE
    times bigint;
  BEGIN
    IF octet_length(other) > octet_length(part) THEN
      times := CASE WHEN part = '' THEN length(t) + 1
        ELSE (octet_length(t) - octet_length(replace(t, part, ''))) / octet_length(part) END;
      IF octet_length(t) + times * (octet_length(other) - octet_length(part)) > {VALUE_BYTES_MAX} THEN
        RAISE program_limit_exceeded USING MESSAGE = 'the text would be too long';
      END IF;
    END IF;
    IF part <> '' THEN
      RETURN replace(t, part, other);
    ELSIF t = '' THEN
      RETURN other;
    END IF;
    RETURN other || array_to_string(string_to_array(t, NULL), other) || other;
  END $$;

CREATE OR REPLACE FUNCTION _substring(t text, first bigint, past bigint) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  BEGIN
    IF first BETWEEN 0 AND past AND past <= length(t) THEN
      RETURN substr(t, first::int + 1, (past - first)::int);
    END IF;
    RETURN NULL;
  END $$;

CREATE OR REPLACE FUNCTION _substring(t text, first bigint) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  BEGIN
    RETURN _substring(t, first, length(t)::bigint);
  END $$;

CREATE OR REPLACE FUNCTION _char_at(t text, place bigint) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  BEGIN
    IF place BETWEEN 0 AND length(t) THEN
      RETURN substr(t, place::int + 1, 1);
    END IF;
    RETURN NULL;
  END $$;

CREATE OR REPLACE FUNCTION _last_index_of(t text, part text) RETURNS bigint
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  DECLARE
    from_end bigint := strpos(reverse(t), reverse(part));
  BEGIN
    IF from_end = 0 THEN
      RETURN -1;
    END IF;
    RETURN length(t) - length(part) - from_end + 1;
  END $$;
"#;
