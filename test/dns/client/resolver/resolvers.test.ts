/** What holds for every resolver, whatever the server does. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RESOLVERS, resolverNamed } from "../../../../src/dns/client/resolver/resolvers.js";
import { answerWith } from "../../../../src/dns/client/trace/server-modes.js";
import type { DecideReply } from "../../../../src/dns/client/trace/trace-transport.js";
import { CLOSED, lookUpAll, PRODUCTION } from "./lookup.js";

const REPLIES = ["lost", "refused", "SERVFAIL", "REFUSED", "NXDOMAIN", "NODATA", "address"] as const;
type Reply = (typeof REPLIES)[number];

function deciding(next: () => Reply): DecideReply {
  return (question) => {
    const reply = next();
    if (reply === "lost") return null;
    if (reply === "refused") return "refused";
    if (reply === "NODATA") return answerWith(question, "NOERROR");
    if (reply === "address") return answerWith(question, "NOERROR", question.type === "A" ? 7 : null);
    return answerWith(question, reply);
  };
}

test("names are unique, and an unknown one is an error", () => {
  expect(RESOLVERS.map(({ name }) => name)).toEqual([
    "glibc",
    "musl",
    "go",
    "go-cgo",
    "node-lookup",
    "node-resolve",
    "java",
    "c-ares",
  ]);
  expect(() => resolverNamed("bind")).toThrow("there is no resolver bind");
});

describe.each(RESOLVERS)("$name", (resolver) => {
  test("one reply, no timer and no socket left, a bounded number of questions, known beforehand or not", () => {
    fc.assert(
      fc.property(
        fc.infiniteStream(fc.constantFrom(...REPLIES)),
        fc.constantFrom("database", "database.production", "database."),
        fc.constantFrom("", "nameserver 127.0.0.3\n"),
        (stream, name, another) => {
          const replies: Reply[] = [];
          const outcomes = [true, false].map((foretold) => {
            let asked = 0;
            const next = (): Reply => {
              if (asked === replies.length) replies.push(stream.next().value);
              return replies[asked++]!;
            };
            const situation = { resolver, resolvConf: `${another}${PRODUCTION}`, foretold };
            const { lookup, timers, openSockets, observed, elapsedS } = lookUpAll(
              [name],
              deciding(next),
              situation,
            )[0]!;
            expect([timers, openSockets]).toEqual([0, 0]);
            expect(lookup.questions).toBe(observed.length);
            expect(lookup.failedQuestions).toBeLessThanOrEqual(lookup.questions);
            // four names, two nameservers, at most six times two questions
            expect(lookup.questions).toBeLessThanOrEqual(4 * 2 * 6 * 2);
            expect(lookup.status === "ok").toBe(lookup.addresses.length > 0);
            return { lookup, elapsedS };
          });
          expect(outcomes[0]).toEqual(outcomes[1]);
        },
      ),
      { seed: 20_261_122, numRuns: 300 },
    );
  });

  test("a deciding answer is there whenever an address is", () => {
    const [finished] = lookUpAll(
      ["api.example.com."],
      deciding(() => "address"),
      { resolver },
    );
    expect(finished!.lookup).toMatchObject({ status: "ok", addresses: [7], answeredAt: 100 });
    expect(finished!.lookup.answer?.answers).toHaveLength(1);
  });

  test("a second nameserver is asked when nobody listens at the first", () => {
    const resolvConf = PRODUCTION.replace("nameserver", "nameserver 127.0.0.2\nnameserver");
    const decide: DecideReply = (question, _nth, nameserver) =>
      nameserver === CLOSED ? "refused" : deciding(() => "address")(question, 0, nameserver);
    const [finished] = lookUpAll(["api.example.com."], decide, { resolver, resolvConf });
    expect(finished!.lookup).toMatchObject({ status: "ok", addresses: [7] });
    expect(finished!.elapsedS).toBeLessThan(0.01);
  });
});
