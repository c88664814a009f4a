import { expect, test } from "vitest";
import { go } from "../../../../src/dns/client/resolver/go.js";
import { answerWith } from "../../../../src/dns/client/trace/server-modes.js";
import { asked, lookUp, lookUpAll, PRODUCTION, schedule } from "./lookup.js";

const SUFFIXED = "database.production.svc.cluster.local";

test("A and AAAA leave from sockets of their own", () => {
  const finished = lookUp("database", "normal", PRODUCTION, go);
  expect(asked(finished)).toEqual([`A ${SUFFIXED}`, `AAAA ${SUFFIXED}`]);
  expect(finished.observed.map(({ socket }) => socket)).toEqual([0, 1]);
  expect(asked(lookUp("api.example.com", "normal", PRODUCTION, go))).toHaveLength(8);
});

test("a lost datagram costs 5 s, and is sent again from a new socket", () => {
  const finished = lookUp("database", "drop-first-aaaa", PRODUCTION, go);
  expect(schedule(finished)).toEqual([
    [0, "A", 0],
    [0, "AAAA", 1],
    [5, "AAAA", 2],
  ]);
  expect(finished.lookup).toMatchObject({ status: "ok", failedQuestions: 1 });
});

test("total loss: two tries of 5 s for each of four names", () => {
  const finished = lookUp("database", "drop-all", PRODUCTION, go);
  expect(finished.elapsedS).toBe(40);
  expect(finished.lookup).toMatchObject({ status: "ETIMEOUT", questions: 16, timedOut: true });
  expect(new Set(finished.observed.map(({ socket }) => socket)).size).toBe(16);
});

test("with two nameservers: one after the other, attempts × servers tries", () => {
  const resolvConf = PRODUCTION.replace("nameserver", "nameserver 127.0.0.3\nnameserver");
  const finished = lookUp("database.", "drop-all", resolvConf, go);
  expect(finished.elapsedS).toBe(20);
  expect(
    finished.observed.filter(({ question }) => question.type === "A").map(({ nameserver }) => nameserver & 255),
  ).toEqual([3, 1, 3, 1]);
});

test("failures never end the walk; that of the name as it stands is reported", () => {
  // the first suffix times out, the rest is NXDOMAIN: "no such host" after 10 s, as with glibc
  expect(lookUp("database", "drop-suffix1", PRODUCTION, go)).toMatchObject({
    elapsedS: expect.closeTo(10, 2) as number,
    lookup: { status: "ENOTFOUND", timedOut: true, questions: 10 },
  });
  const servfail = lookUp("database", "servfail-suffix1", PRODUCTION, go);
  expect(servfail.lookup).toMatchObject({ status: "ENOTFOUND", questions: 10 });
  expect(lookUp("database", "servfail-all", PRODUCTION, go).lookup).toMatchObject({
    status: "ESERVFAIL",
    questions: 16,
  });
  expect(lookUp("database", "refused-all", PRODUCTION, go).lookup.status).toBe("ESERVFAIL");
  expect(lookUp("database", "no-listener", PRODUCTION, go).lookup).toMatchObject({
    status: "ECONNREFUSED",
    questions: 16,
  });
  expect(lookUp("web", "nodata-suffix1", PRODUCTION, go).lookup).toMatchObject({ status: "ok", questions: 4 });
});

test("with enough dots the name as it stands is tried first, and its failure still counts", () => {
  const resolvConf = PRODUCTION.replace("ndots:5", "ndots:1");
  const [finished] = lookUpAll(
    ["a.b"],
    (question) => answerWith(question, question.name === "a.b" ? "SERVFAIL" : "NXDOMAIN"),
    { resolver: go, resolvConf },
  );
  expect(finished!.observed[0]!.question.name).toBe("a.b");
  expect(finished!.lookup).toMatchObject({ status: "ESERVFAIL", questions: 10 });
});

test("single-request: AAAA is asked when A has its answer", () => {
  const resolvConf = PRODUCTION.replace("ndots:5", "ndots:5 single-request");
  const finished = lookUp("database", "drop-first-a", resolvConf, go);
  expect(schedule(finished).map(([t, type]) => [t, type])).toEqual([
    [0, "A"],
    [5, "A"],
    [5, "AAAA"],
  ]);
});
