-- after one with a fee
SELECT r."fee", r."sent_at", r."id"
  FROM "messages" AS r
  WHERE TRUE
  AND ((r."fee" <= ?1
  OR r."fee" IS NULL)
  AND ((r."fee" < ?1
  OR r."fee" IS NULL)
  OR (r."fee" = ?1
  AND (r."sent_at" > ?2
  OR (r."sent_at" = ?2
  AND (r."id" > ?3))))))
  ORDER BY r."fee" DESC NULLS LAST, r."sent_at", r."id" LIMIT ?4;
--   ?1 is Argument(1)
--   ?2 is Argument(2)
--   ?3 is Argument(3)
--   ?4 is Argument(0)

-- after one without a fee
SELECT r."fee", r."sent_at", r."id"
  FROM "messages" AS r
  WHERE TRUE
  AND (r."fee" IS NULL
  AND (FALSE
  OR (r."fee" IS NULL
  AND (r."sent_at" > ?1
  OR (r."sent_at" = ?1
  AND (r."id" > ?2))))))
  ORDER BY r."fee" DESC NULLS LAST, r."sent_at", r."id" LIMIT ?3;
--   ?1 is Argument(2)
--   ?2 is Argument(3)
--   ?3 is Argument(0)

