-- body = string(record.stars)
(CAST(NEW."stars" AS text) COLLATE "C")

-- body = string(record.fee) + ' it\'s?\\'
_concatenate((_text_of_decimal(NEW."fee", 2) COLLATE "C"), (E' it''s\x3f\\' COLLATE "C"))

-- body = string(record.sent_at)
(_text_of_time(NEW."sent_at") COLLATE "C")

-- body = string(record.flagged)
((CASE NEW."flagged" WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' END) COLLATE "C")

-- body = record.body.trim().upperAscii()
(upper((btrim(NEW."body", E'\u0009\u000a\u000b\u000c\u000d\u0020\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000') COLLATE "C") COLLATE "C") COLLATE "C")

-- body = record.body.substring(record.body.indexOf(':') + 1)
(_substring(NEW."body", _add((strpos(NEW."body", (':' COLLATE "C")) - 1)::bigint, '1'::bigint)) COLLATE "C")

-- body = record.body.matches('^[a-z]+?$') ? record.body : null
(CASE WHEN ((NEW."body" ~ (E'***:\\A(\x3f:[a-z])+\\Z' COLLATE "C"))) THEN NEW."body" WHEN (NOT (NEW."body" ~ (E'***:\\A(\x3f:[a-z])+\\Z' COLLATE "C"))) THEN NULL END)

-- body = record.body.replace('a', 'b').charAt(0)
(_char_at((_replace(NEW."body", ('a' COLLATE "C"), ('b' COLLATE "C")) COLLATE "C"), '0'::bigint) COLLATE "C")

-- kind = record.stars > 3 ? 'plain' : 'it\'s'
(CASE WHEN (NEW."stars" > '3'::bigint) THEN ('plain' COLLATE "C") WHEN (NEW."stars" <= '3'::bigint) THEN ('it''s' COLLATE "C") END)

-- stars = int(record.body)
_int_of_text(NEW."body")

-- stars = int(record.fee)
(NEW."fee" / 100)

-- stars = int(record.flagged)
(CASE NEW."flagged" WHEN TRUE THEN '1'::bigint WHEN FALSE THEN '0'::bigint END)

-- weight = record.stars
CAST(NEW."stars" AS double precision)

-- weight = double(record.fee)
_number_of_text(_text_of_decimal(NEW."fee", 2))

-- fee = record.stars
_decimal_of_decimal(NEW."stars", 0, 2)

-- fee = decimal(record.weight, 2) * 2
_multiply(_decimal_of_number(NEW."weight", 2), '2'::bigint)

-- flagged = bool(record.body)
(CASE NEW."body" WHEN '1' THEN TRUE WHEN 't' THEN TRUE WHEN 'true' THEN TRUE WHEN 'TRUE' THEN TRUE WHEN 'True' THEN TRUE WHEN '0' THEN FALSE WHEN 'f' THEN FALSE WHEN 'false' THEN FALSE WHEN 'FALSE' THEN FALSE WHEN 'False' THEN FALSE END)

-- flagged = 'red' in record.tags
(CASE WHEN EXISTS (SELECT 1 FROM json_array_elements_text((NEW."tags")::json) AS t1 WHERE t1.value = ('red' COLLATE "C")) THEN TRUE WHEN (NOT EXISTS (SELECT 1 FROM json_array_elements_text((NEW."tags")::json) AS t2 WHERE t2.value = ('red' COLLATE "C")) AND NEW."tags" IS NOT NULL) THEN FALSE END)

-- sent_at = timestamp(record.day)
_time_of_date(NEW."day")

-- day = '2026-01-31'
('2026-01-31' COLLATE "C")

-- day = null
(NULL::text COLLATE "C")

-- room = record.room
NEW."room"

