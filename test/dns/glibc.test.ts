import fc from "fast-check";
import { expect, test } from "vitest";
import { parseAddress } from "../../src/model/address.js";
import { lookUp, lookUpAll, PRODUCTION } from "./lookup.js";
import { answer, replyOf } from "./trace-server.js";

test("A is NXDOMAIN and AAAA is NODATA (caches of different age): the search walks on", () => {
  expect(lookUp("database", "split-a-nxdomain").lookup).toMatchObject({ status: "EAI_NONAME", questions: 8 });
});

test("AAAA is always lost: both once more one by one, then from new sockets, then A alone counts", () => {
  const [finished] = lookUpAll(["database"], PRODUCTION, (question) =>
    question.type === "AAAA" ? null : replyOf("normal", question, 0),
  );
  const { lookup, observed, elapsedS } = finished!;
  expect(observed.map(({ at, socket, type }) => [Math.floor(at / 1e6), socket, type])).toEqual([
    [0, 0, "A"],
    [0, 0, "AAAA"],
    [5, 0, "A"],
    [5, 0, "AAAA"],
    [10, 1, "A"],
    [10, 2, "AAAA"],
  ]);
  expect(lookup).toMatchObject({ status: "ok", addresses: [parseAddress("10.96.1.1")], failedQuestions: 3 });
  expect(elapsedS).toBe(15);
});

test("the second of two nameservers waits as long as the first: 5 << 1 shared by two", () => {
  const conf = PRODUCTION.replace("nameserver", "nameserver 127.0.0.3\nnameserver");
  const { observed, elapsedS } = lookUp("database.", "drop-all", conf);
  expect(observed.filter(({ type }) => type === "A").map(({ at }) => at / 1e6)).toEqual([0, 5, 10, 15]);
  expect(elapsedS).toBe(20);
  // a socket per nameserver
  expect(observed.filter(({ type }) => type === "A").map(({ socket }) => socket)).toEqual([0, 1, 0, 1]);
});

test("one question at a time: after SERVFAIL the other is not asked, and the timeout passes", () => {
  const conf = PRODUCTION.replace("ndots:5", "ndots:5 single-request");
  const { observed, elapsedS } = lookUp("database.", "servfail-all", conf);
  expect(observed.map(({ at, type }) => [at / 1e6, type])).toEqual([
    [0, "A"],
    [5, "A"],
  ]);
  expect(elapsedS).toBe(10);
});

test("SERVFAIL for one question does not spoil the answer to the other", () => {
  for (const failing of ["A", "AAAA"]) {
    const [finished] = lookUpAll(["database."], PRODUCTION, (question) =>
      question.type === failing
        ? answer("SERVFAIL", question, null)
        : answer("NOERROR", question, question.type === "A" ? 7 : null),
    );
    expect(finished!.lookup.status).toBe(failing === "A" ? "EAI_NODATA" : "ok");
    expect(finished!.lookup).toMatchObject({ questions: 2, failedQuestions: 1 });
  }
});

const REPLIES = ["lost", "refused", "SERVFAIL", "REFUSED", "NXDOMAIN", "NODATA", "address"] as const;

test("whatever the server does: one reply, no timer and no socket left, a bounded number of questions", () => {
  fc.assert(
    fc.property(
      fc.infiniteStream(fc.constantFrom(...REPLIES)),
      fc.boolean(),
      fc.boolean(),
      (stream, dotted, certain) => {
        const name = dotted ? "database.production" : "database";
        const [finished] = lookUpAll(
          [name],
          PRODUCTION,
          (question) => {
            const next = stream.next().value;
            if (next === "lost") return null;
            if (next === "refused") return "refused";
            if (next === "NODATA") return answer("NOERROR", question, null);
            if (next === "address") return answer("NOERROR", question, question.type === "A" ? 7 : null);
            return answer(next, question, null);
          },
          certain,
        );
        const { lookup, timers, openSockets, observed } = finished!;
        expect([timers, openSockets]).toEqual([0, 0]);
        expect(lookup.questions).toBe(observed.length);
        expect(lookup.failedQuestions).toBeLessThanOrEqual(lookup.questions);
        // four names, two attempts, up to three tries each, two questions
        expect(lookup.questions).toBeLessThanOrEqual(4 * 2 * 3 * 2);
        expect(lookup.status === "ok").toBe(lookup.addresses.length > 0);
      },
    ),
    { seed: 20_261_122, numRuns: 400 },
  );
});
