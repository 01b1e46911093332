import { describe, expect, test } from "vitest";

import { csvLine, DELIMITERS, guessDelimiter, parseCsv } from "./csv.ts";

function cellsOf(text: string, delimiter = ",") {
  return [...parseCsv(text, delimiter)].map(({ cells }) => cells);
}

describe("separated values", () => {
  test("quotes hold delimiters, quotes and line ends", () => {
    expect(cellsOf('a,"b,1","c ""d"""\r\n"x\ny",,z')).toEqual([
      ["a", "b,1", 'c "d"'],
      ["x\ny", "", "z"],
    ]);
  });

  test("a record has the line that it begins in, whatever ends lines", () => {
    const lines = (text: string) =>
      [...parseCsv(text, ",")].map(({ line }) => line);
    expect(lines('a\n\n"b\n\nc"\nd')).toEqual([1, 3, 6]);
    expect(lines("a\r\nb\rc\nd")).toEqual([1, 2, 3, 4]);
  });

  test("what is not closed, or goes on behind the end, is a fault of its record", () => {
    const faults = [...parseCsv('a,"b" c\nd\n"e\nf', ",")];
    expect(faults.map(({ line, fault }) => [line, fault])).toEqual([
      [1, "afterQuote"],
      [2, null],
      [3, "openQuote"],
    ]);
  });

  test("whatever is written is read again", () => {
    const random = randomOf(7);
    const letters = [
      "a",
      "ü",
      '"',
      ",",
      ";",
      "\t",
      "|",
      "\n",
      "\r",
      " ",
      "",
      "-",
    ];
    for (let round = 0; round < 500; round += 1) {
      const delimiter = DELIMITERS[random(DELIMITERS.length)] ?? ",";
      const width = 2 + random(4);
      const records = [...Array(1 + random(5))].map(() =>
        [...Array(width)].map(() =>
          [...Array(random(6))]
            .map(() => letters[random(letters.length)] ?? "")
            .join(""),
        ),
      );
      const text = records.map((one) => csvLine(one, delimiter)).join("");
      expect(cellsOf(text, delimiter)).toEqual(records);
    }
  });

  test("any text ends, and every line of it is in one record at most", () => {
    const random = randomOf(11);
    const letters = ["a", '"', ",", "\n", "\r\n"];
    for (let round = 0; round < 500; round += 1) {
      const text = [...Array(random(30))]
        .map(() => letters[random(letters.length)] ?? "")
        .join("");
      const lines = [...parseCsv(text, ",")].map(({ line }) => line);
      expect(new Set(lines).size).toBe(lines.length);
      expect([...lines].sort((a, b) => a - b)).toEqual(lines);
    }
  });

  test("the delimiter is guessed", () => {
    expect(guessDelimiter("a;b;c\n1,5;2;3\n1,5;2;3")).toBe(";");
    expect(guessDelimiter('name,text\n1,"a; b"\n2,c')).toBe(",");
    expect(guessDelimiter("a\tb\n1\t2")).toBe("\t");
    expect(guessDelimiter("one\ntwo")).toBe(",");
  });
});

/** Always the same numbers, so that a test that fails does so again (Numerical Recipes' generator). */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
