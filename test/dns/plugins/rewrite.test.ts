/** rewrite: names of questions, and of answers (dns.md §1.5). */
import { describe, expect, test } from "vitest";
import { answered, errorsOf, record, ServerBlock } from "./server-block.js";

const FORWARD = "forward . 192.0.2.53";

/** The name that the rest of the chain is asked for, and the names of the records that come back. */
function through(rules: string, name: string): { asked: string; records: string[] } {
  const block = new ServerBlock(`${rules}\n${FORWARD}`);
  const answer = block.answer(name);
  return { asked: block.upstream.tries[0]?.question.name ?? "", records: answer.answers.map((each) => each.name) };
}

describe("rewrite name", () => {
  test.each([
    ["rewrite name old.example new.example", "old.example", "new.example"],
    ["rewrite name exact old.example. new.example.", "old.example", "new.example"],
    ["rewrite name old.example new.example", "a.old.example", "a.old.example"],
    ["rewrite name prefix old- new-", "old-a.example", "new-a.example"],
    ["rewrite name suffix .old.example .new.example", "a.b.old.example", "a.b.new.example"],
    ["rewrite name suffix .old.example .new.example", "old.example", "old.example"],
    ["rewrite name substring west east", "a.west.west.example", "a.east.east.example"],
    [
      "rewrite name regex (.*)-(us-west-1)\\.example\\.org {1}.service.{2}.consul",
      "ftp-us-west-1.example.org",
      "ftp.service.us-west-1.consul",
    ],
    ["rewrite stop name OLD.example new.Example", "old.example", "new.example"],
  ])("%s turns %s into %s", (rule, name, asked) => {
    expect(through(rule, name).asked).toBe(asked);
  });

  test("the first rule that matches ends the rules; continue goes on with the new name", () => {
    const rules = "rewrite name a.example b.example\nrewrite name b.example c.example";
    expect(through(rules, "a.example").asked).toBe("b.example");
    expect(through(rules.replace("rewrite name a", "rewrite continue name a"), "a.example").asked).toBe("c.example");
  });

  test("an exact rule gives the client's name back; others do so with answer auto only", () => {
    expect(through("rewrite name a.example b.example", "a.example").records).toEqual(["a.example"]);
    expect(through("rewrite name suffix .old .new", "a.old").records).toEqual(["a.new"]);
    expect(through("rewrite name suffix .old .new answer auto", "a.old").records).toEqual(["a.old"]);
    expect(through("rewrite name prefix x- y- answer auto", "x-a.old").records).toEqual(["x-a.old"]);
    expect(through("rewrite name substring west east answer auto", "a.west.x").records).toEqual(["a.west.x"]);
    expect(through("rewrite name regex ^(.*)[.]old[.]$ {1}.new answer auto", "a.old").records).toEqual(["a.old"]);
  });

  test("after continue the renamings are undone in the opposite order", () => {
    const rules = "rewrite continue name a.example b.example\nrewrite name suffix .example .net answer auto";
    expect(through(rules, "a.example")).toEqual({ asked: "b.net", records: ["a.example"] });
  });

  test("aliases in the answer are renamed too", () => {
    const block = new ServerBlock(`rewrite name suffix .old .new answer auto\n${FORWARD}`);
    block.upstream.decide = ({ question }) =>
      answered("NOERROR", record(question.name, "CNAME", "target.new."), record("target.new", "A", "198.51.100.1"));
    expect(block.answer("a.old").answers.map(({ name, data }) => [name, data])).toEqual([
      ["a.old", "target.old."],
      ["target.old", ""],
    ]);
  });

  test("stands before the cache: the rewritten name is the one that is kept", () => {
    const block = new ServerBlock(
      `cache 30\nrewrite name a.example c.example\nrewrite name b.example c.example\n${FORWARD}`,
    );
    block.answer("a.example");
    expect(block.answer("b.example").answers.map(({ name }) => name)).toEqual(["b.example"]);
    expect(block.upstream.tries.length).toBe(1);
  });

  test("a name that DNS could not hold is no match", () => {
    expect(through(`rewrite name prefix a ${"b".repeat(300)}`, "a.example").asked).toBe("a.example");
  });

  test.each([
    ["rewrite type ANY HINFO", "2:9 rewrite: the field type is not modelled yet"],
    ["rewrite ttl exact a.example 30", "2:9 rewrite: the field ttl is not modelled yet"],
    ["rewrite names a b", '2:9 rewrite: "names" is no field'],
    ["rewrite name fuzzy a b", '2:14 rewrite: "fuzzy" is no match'],
    ["rewrite name a", "2:14 rewrite: name takes FROM and TO"],
    ["rewrite name exact a b answer name c d", '2:24 rewrite: "answer name c d" is not modelled yet'],
    ["rewrite name regex (a b", '2:20 rewrite: the pattern "(a": a ")" is missing'],
    ["rewrite name regex (a) {2}", '2:20 rewrite: the pattern "(a)" has no group {2}'],
    ['rewrite name substring "" b', "2:24 rewrite: an empty text stands in every name"],
  ])("%s is refused", (text, message) => {
    expect(errorsOf(`${text}\n${FORWARD}`)).toEqual([message]);
  });
});
