-- body = string(record.stars)
CAST(NEW."stars" AS text)

-- body = string(record.fee) + ' it\'s?\\'
(_text_of_decimal(NEW."fee", 2) || ' it''s?\')

-- body = string(record.sent_at)
_text_of_time(NEW."sent_at")

-- body = string(record.flagged)
(CASE NEW."flagged" WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' END)

-- body = record.body.trim().upperAscii()
upper(trim(NEW."body", char(9, 10, 11, 12, 13, 32, 133, 160, 5760, 8192, 8193, 8194, 8195, 8196, 8197, 8198, 8199, 8200, 8201, 8202, 8232, 8233, 8239, 8287, 12288)))

-- body = record.body.substring(record.body.indexOf(':') + 1)
_substring(NEW."body", (CASE typeof(((instr(NEW."body", ':') - 1) + 1)) WHEN 'integer' THEN ((instr(NEW."body", ':') - 1) + 1) END))

-- body = record.body.matches('^[a-z]+?$') ? record.body : null
(CASE WHEN (regexp('^[a-z]+?$', NEW."body")) THEN NEW."body" WHEN (NOT regexp('^[a-z]+?$', NEW."body")) THEN NULL END)

-- body = record.body.replace('a', 'b').charAt(0)
_char_at(_replace(NEW."body", 'a', 'b'), 0)

-- kind = record.stars > 3 ? 'plain' : 'it\'s'
(CASE WHEN (NEW."stars" > 3) THEN 'plain' WHEN (NEW."stars" <= 3) THEN 'it''s' END)

-- stars = int(record.body)
_int_of_text(NEW."body")

-- stars = int(record.fee)
(NEW."fee" / 100)

-- stars = int(record.flagged)
(CASE NEW."flagged" WHEN TRUE THEN 1 WHEN FALSE THEN 0 END)

-- weight = record.stars
CAST(NEW."stars" AS REAL)

-- weight = double(record.fee)
_number_of_text(_text_of_decimal(NEW."fee", 2))

-- fee = record.stars
_decimal_of_decimal(NEW."stars", 0, 2)

-- fee = decimal(record.weight, 2) * 2
(CASE typeof((_decimal_of_number(NEW."weight", 2) * 2)) WHEN 'integer' THEN (_decimal_of_number(NEW."weight", 2) * 2) END)

-- flagged = bool(record.body)
(CASE NEW."body" WHEN '1' THEN TRUE WHEN 't' THEN TRUE WHEN 'true' THEN TRUE WHEN 'TRUE' THEN TRUE WHEN 'True' THEN TRUE WHEN '0' THEN FALSE WHEN 'f' THEN FALSE WHEN 'false' THEN FALSE WHEN 'FALSE' THEN FALSE WHEN 'False' THEN FALSE END)

-- flagged = 'red' in record.tags
(CASE WHEN EXISTS (SELECT 1 FROM json_each(NEW."tags") AS t1 WHERE t1.value = 'red') THEN TRUE WHEN (NOT EXISTS (SELECT 1 FROM json_each(NEW."tags") AS t2 WHERE t2.value = 'red') AND NEW."tags" IS NOT NULL) THEN FALSE END)

-- sent_at = timestamp(record.day)
_time_of_date(NEW."day")

-- day = '2026-01-31'
'2026-01-31'

-- day = null
NULL

-- room = record.room
NEW."room"

