import { describe, expect, test } from "vitest";
import { NO_FACT } from "../../src/engine/facts.js";
import { parseAddress } from "../../src/model/address.js";
import { type Lookup, type LookupStatus, NOTHING_ASKED } from "../../src/model/dns.js";
import { CAUSES } from "../../src/model/outcome.js";
import { explainFailure, type FailureEvidence } from "../../src/traffic/causes.js";
import { failedLookup } from "../../src/traffic/lookup-failure.js";

const STOP = 7;
const CRASH = 9;

/** Rules that were outdated sent the client to a pod that has stopped. */
const STALE: FailureEvidence = {
  rule: "host",
  ruleFact: NO_FACT,
  believedPod: "default/web-1",
  holder: "default/web-1",
  stopFact: STOP,
  nodeDownFact: null,
  contradicted: true,
  knowledge: "rules",
};

describe("the cause of a failed connection", () => {
  test.each<[string, Partial<FailureEvidence>, string, number]>([
    ["the rules were outdated", {}, "stale-rules", STOP],
    ["a DNS answer was outdated", { knowledge: "dns" }, "stale-dns-answer", STOP],
    ["the client kept a literal address", { knowledge: "address" }, "stale-address", STOP],
    ["the client kept a pod's address", { knowledge: "pod-of" }, "stale-address", STOP],
    ["nobody could know yet", { contradicted: false }, "process-exited", STOP],
    ["nobody could know yet, by DNS", { contradicted: false, knowledge: "dns" }, "process-exited", STOP],
    ["the Service has no endpoints", { rule: "service-no-endpoints", holder: "" }, "no-ready-endpoints", NO_FACT],
    ["the node does not know the Service", { rule: "service-unknown", holder: "" }, "unknown-to-node", NO_FACT],
    ["the client is outside", { rule: "no-route", holder: "" }, "unknown-to-node", NO_FACT],
    ["the node is dead", { rule: "node-down", nodeDownFact: CRASH }, "node-down", CRASH],
    ["what it was sent on to is dead", { rule: "transit-down", ruleFact: CRASH, holder: "" }, "transit-down", CRASH],
    ["the packet went in a circle", { rule: "too-many-legs", holder: "" }, "unknown-to-node", NO_FACT],
    ["the packets were lost", { rule: "packet-loss", ruleFact: CRASH, stopFact: NO_FACT }, "packet-loss", CRASH],
    ["the pod had stopped, and then its node died", { nodeDownFact: CRASH }, "node-down", CRASH],
    ["the address belongs to another pod", { holder: "default/other" }, "ip-reused", NO_FACT],
    ["the process does not listen yet", { stopFact: NO_FACT }, "not-listening-yet", NO_FACT],
    ["nobody ever held the address", { holder: "", believedPod: "", knowledge: "address" }, "nobody-there", NO_FACT],
    ["nobody ever held a pod's address", { holder: "", believedPod: "", knowledge: "dns" }, "nobody-there", NO_FACT],
  ])("%s", (_, change, cause, fact) => {
    expect(explainFailure({ ...STALE, ...change })).toEqual({ cause, fact });
  });

  test("is in the list of causes, and each has a sentence", () => {
    const names = CAUSES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { sentence } of CAUSES) expect(sentence.length).toBeGreaterThan(20);
  });
});

const FOUND: Lookup = {
  status: "ok",
  addresses: [parseAddress("10.96.0.20") ?? 0],
  questions: 2,
  failedQuestions: 0,
  timedOut: false,
  fact: 3,
  knownSince: 0,
  answeredAt: 10,
};

describe("a look-up", () => {
  test("that found an address in time is no failure", () => {
    expect(failedLookup(FOUND)).toBeNull();
  });

  test("that still goes on at its request's deadline is a DNS timeout", () => {
    expect(failedLookup(NOTHING_ASKED)).toEqual({ outcome: "dns-timeout", cause: "dns-unavailable" });
  });

  test.each<[LookupStatus, boolean, string, string]>([
    ["ok", false, "dns-nxdomain", "no-ready-endpoints"],
    ["EAI_NONAME", false, "dns-nxdomain", "no-ready-endpoints"],
    ["EAI_NODATA", false, "dns-nxdomain", "no-ready-endpoints"],
    ["ENOTFOUND", false, "dns-nxdomain", "no-ready-endpoints"],
    ["EAI_NONAME", true, "dns-nxdomain", "dns-unavailable"],
    ["EAI_AGAIN", true, "dns-timeout", "dns-unavailable"],
    ["EAI_AGAIN", false, "dns-servfail", "dns-unavailable"],
    ["ETIMEOUT", true, "dns-timeout", "dns-unavailable"],
    ["ECONNREFUSED", false, "dns-servfail", "dns-unavailable"],
  ])("that ended with %s (timed out: %s) is %s because of %s", (status, timedOut, outcome, cause) => {
    expect(failedLookup({ ...FOUND, status, timedOut, addresses: [] })).toEqual({ outcome, cause });
  });
});
