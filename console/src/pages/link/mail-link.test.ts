import { expect, test } from "vitest";

import { mailLinkOf } from "./mail-link.ts";

test("a link of a mail says what it is for", () => {
  expect(mailLinkOf("#reset=K4v0-c3_o")).toEqual({
    kind: "reset",
    secret: "K4v0-c3_o",
  });
  expect(mailLinkOf("sign-in=a=b")).toEqual({ kind: "sign-in", secret: "a=b" });
});

test.each(["", "#", "#reset", "#reset=", "#other=abc", "#=abc"])(
  "%j is none",
  (hash) => {
    expect(mailLinkOf(hash)).toBeNull();
  },
);
