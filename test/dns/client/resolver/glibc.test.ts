import { expect, test } from "vitest";
import { answerWith } from "../../../../src/dns/client/trace/server-modes.js";
import { parseAddress } from "../../../../src/model/address.js";
import { lookUp, lookUpAll, modeNamed, PRODUCTION } from "./lookup.js";

test("A is NXDOMAIN and AAAA is NODATA (caches of different age): the search walks on", () => {
  expect(lookUp("database", "split-a-nxdomain").lookup).toMatchObject({ status: "EAI_NONAME", questions: 8 });
});

test("AAAA is always lost: both once more one by one, then from new sockets, then A alone counts", () => {
  const [finished] = lookUpAll(["database"], (question) =>
    question.type === "AAAA" ? null : modeNamed("normal").reply(question, 0),
  );
  const { lookup, observed, elapsedS } = finished!;
  expect(observed.map(({ at, socket, question }) => [Math.floor(at / 1e6), socket, question.type])).toEqual([
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
  expect(observed.filter(({ question }) => question.type === "A").map(({ at }) => at / 1e6)).toEqual([0, 5, 10, 15]);
  expect(elapsedS).toBe(20);
  // a socket per nameserver
  expect(observed.filter(({ question }) => question.type === "A").map(({ socket }) => socket)).toEqual([0, 1, 0, 1]);
});

test("one question at a time: after SERVFAIL the other is not asked, and the timeout passes", () => {
  const conf = PRODUCTION.replace("ndots:5", "ndots:5 single-request");
  const { observed, elapsedS } = lookUp("database.", "servfail-all", conf);
  expect(observed.map(({ at, question }) => [at / 1e6, question.type])).toEqual([
    [0, "A"],
    [5, "A"],
  ]);
  expect(elapsedS).toBe(10);
});

test("SERVFAIL for one question does not spoil the answer to the other", () => {
  for (const failing of ["A", "AAAA"]) {
    const [finished] = lookUpAll(["database."], (question) =>
      question.type === failing
        ? answerWith(question, "SERVFAIL")
        : answerWith(question, "NOERROR", question.type === "A" ? 7 : null),
    );
    expect(finished!.lookup.status).toBe(failing === "A" ? "EAI_NODATA" : "ok");
    expect(finished!.lookup).toMatchObject({ questions: 2, failedQuestions: 1 });
  }
});
