import { expect, test } from "vitest";
import { musl } from "../../../../src/dns/client/resolver/musl.js";
import { answerWith } from "../../../../src/dns/client/trace/server-modes.js";
import { parseAddress } from "../../../../src/model/address.js";
import { asked, lookUp, lookUpAll, PRODUCTION, schedule } from "./lookup.js";

test("the trace without a record of its own: total loss takes 5 s whatever the name", () => {
  for (const name of ["api.example.com", "database.", "a.b.c.d.e.f"]) {
    expect(lookUp(name, "drop-all", PRODUCTION, musl)).toMatchObject({ elapsedS: 5, lookup: { status: "EAI_AGAIN" } });
  }
});

test("timeout:1 attempts:3: sent at 0, a third and two thirds of a second, given up at 1 s", () => {
  const finished = lookUp("database.", "drop-all", PRODUCTION.replace("ndots:5", "timeout:1 attempts:3"), musl);
  expect(schedule(finished).map(([t]) => t)).toEqual([0, 0, 0.33, 0.33, 0.67, 0.67]);
  expect(finished.elapsedS).toBe(1);
  expect(finished.lookup).toMatchObject({ questions: 6, failedQuestions: 6, timedOut: true });
});

test("all nameservers are asked at once, from one socket, and the first answer counts", () => {
  const resolvConf = PRODUCTION.replace("nameserver", "nameserver 127.0.0.3\nnameserver");
  const slow = parseAddress("127.0.0.3");
  const [finished] = lookUpAll(
    ["database."],
    (question, _nth, nameserver) => (nameserver === slow ? null : answerWith(question, "NOERROR", 7)),
    { resolver: musl, resolvConf },
  );
  expect(schedule(finished!)).toEqual([
    [0, "A", 0],
    [0, "A", 0],
    [0, "AAAA", 0],
    [0, "AAAA", 0],
  ]);
  expect(finished!.elapsedS).toBeLessThan(0.01);
});

test("NXDOMAIN for one question and silence for the other: decided in the order of the questions, after the timeout", () => {
  const deciding = (silent: string) =>
    lookUpAll(["x"], (question) => (question.type === silent ? null : answerWith(question, "NXDOMAIN")), {
      resolver: musl,
    })[0]!;
  expect(deciding("AAAA")).toMatchObject({ elapsedS: 20, lookup: { status: "EAI_NONAME" } });
  expect(deciding("A")).toMatchObject({ elapsedS: 5, lookup: { status: "EAI_AGAIN" } });
});

test("options that musl does not know change nothing", () => {
  const resolvConf = PRODUCTION.replace("ndots:5", "ndots:5 single-request no-aaaa rotate use-vc");
  expect(asked(lookUp("database", "normal", resolvConf, musl))).toHaveLength(2);
});
