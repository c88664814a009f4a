import { expect, test } from "vitest";
import { cAres } from "../../../../src/dns/client/resolver/c-ares.js";
import { answerWith } from "../../../../src/dns/client/trace/server-modes.js";
import { lookUp, lookUpAll, PRODUCTION, schedule } from "./lookup.js";

test("tries wait 2, 4 and 8 s, from a new port after silence; the search ends there", () => {
  const finished = lookUp("database", "drop-all", PRODUCTION, cAres);
  expect(schedule(finished)).toEqual([
    [0, "A", 0],
    [0, "AAAA", 0],
    [2, "A", 1],
    [2, "AAAA", 1],
    [6, "A", 2],
    [6, "AAAA", 2],
  ]);
  expect(finished).toMatchObject({ elapsedS: 14, lookup: { status: "ETIMEOUT", failedQuestions: 6 } });
});

test("an address ends the tries for the other family", () => {
  const [finished] = lookUpAll(
    ["database"],
    (question) => (question.type === "AAAA" ? null : answerWith(question, "NOERROR", 7)),
    { resolver: cAres },
  );
  expect(finished).toMatchObject({ elapsedS: 2, lookup: { status: "ok", addresses: [7], questions: 2 } });
});

test("NXDOMAIN and NODATA lead to the next name; a name without addresses is remembered", () => {
  expect(lookUp("web", "nodata-suffix1", PRODUCTION, cAres).lookup).toMatchObject({ status: "ok", questions: 4 });
  expect(lookUp("api.example.com", "normal", PRODUCTION, cAres).lookup.questions).toBe(8);
  expect(lookUp("nosuch", "normal", PRODUCTION, cAres).lookup).toMatchObject({ status: "ENOTFOUND", questions: 8 });
  expect(lookUp("database", "split-a-nxdomain", PRODUCTION, cAres).lookup).toMatchObject({
    status: "ENODATA",
    questions: 8,
  });
});

test("SERVFAIL and REFUSED are tried again at once, and end the search unless the name has one label", () => {
  const failing = lookUp("database", "servfail-all", PRODUCTION, cAres);
  expect(failing.elapsedS).toBeLessThan(0.01);
  expect(failing.lookup).toMatchObject({ status: "ESERVFAIL", questions: 6 });
  expect(lookUp("database", "refused-all", PRODUCTION, cAres).lookup.status).toBe("EREFUSED");
  // the single label comes first with ndots:0, and the search list after it
  const single = lookUp("database", "servfail-all", PRODUCTION.replace("ndots:5", "ndots:0"), cAres);
  expect(new Set(single.observed.map(({ question }) => question.name))).toEqual(
    new Set(["database", "database.production.svc.cluster.local"]),
  );
});

test("timeout and attempts of resolv.conf hold", () => {
  const finished = lookUp("database.", "drop-all", PRODUCTION.replace("ndots:5", "timeout:1 attempts:2"), cAres);
  expect(schedule(finished).map(([t]) => t)).toEqual([0, 0, 1, 1]);
  expect(finished.elapsedS).toBe(3);
});

test("a closed port fails at once", () => {
  expect(lookUp("database", "no-listener", PRODUCTION, cAres)).toMatchObject({
    elapsedS: expect.closeTo(0, 2) as number,
    lookup: { status: "ECONNREFUSED", timedOut: false },
  });
});
