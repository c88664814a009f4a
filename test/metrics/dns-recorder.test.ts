import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { Random } from "../../src/engine/random.js";
import { answerAge, DnsRecorder } from "../../src/metrics/dns-recorder.js";
import type { Answer, Lookup } from "../../src/model/dns.js";
import type { FinishedRequest } from "../../src/model/recording.js";
import type { RequestSampling } from "../../src/model/scenario.js";
import { buildRequest } from "../support/requests.js";

const ANSWER: Answer = {
  rcode: "NOERROR",
  answers: [],
  authority: [],
  fact: 4,
  knownSince: 0,
  source: "cache",
  age: 12,
  server: "kube-system/coredns-1",
};

const FOUND: Lookup = {
  status: "ok",
  addresses: [1],
  questions: 4,
  failedQuestions: 2,
  timedOut: false,
  fact: 4,
  knownSince: 0,
  answeredAt: SECOND + 300,
  answer: ANSWER,
};
const FAILED: Lookup = { ...FOUND, status: "EAI_AGAIN", addresses: [], answer: null, answeredAt: Number.NaN };

function request(id: number, lookup: Lookup | null, change: Partial<FinishedRequest> = {}): FinishedRequest {
  return buildRequest(id, {
    arrivedAt: SECOND,
    resolvedAt: SECOND + 300,
    dnsFact: 4,
    dnsAnsweredAt: SECOND,
    dnsQuestions: 4,
    dnsFailures: 2,
    lookup,
    ...change,
  });
}

function recorded(sampling: RequestSampling, ...requests: readonly FinishedRequest[]) {
  const recorder = new DnsRecorder({
    entries: [{ name: "users", host: "web", resolver: "musl" }],
    sampling,
    samplingKey: new Random("1").key("requests", "sampling"),
  });
  for (const each of requests) recorder.finished(each);
  return [...recorder.rows];
}

const FOUR = [
  request(0, FOUND),
  request(1, FOUND, { outcome: "refused" }),
  request(2, FAILED, { outcome: "dns-timeout" }),
  request(3, null, { outcome: "refused" }),
];

describe("dns.csv", () => {
  test("has a row for each lookup of a kept request, numbered whether kept or not", () => {
    const numbers = (sampling: RequestSampling) => recorded(sampling, ...FOUR).map(({ lookup }) => lookup);
    expect(numbers({ kind: "all" })).toEqual([0, 1, 2]);
    expect(numbers({ kind: "failures" })).toEqual([1, 2]);
    expect(numbers({ kind: "ratio", ratio: 0 })).toEqual([2]);
    expect(numbers({ kind: "none" })).toEqual([]);
  });

  test("tells who answered, how old the answer was and what it cost", () => {
    expect(recorded({ kind: "all" }, request(0, FOUND))).toEqual([
      {
        lookup: 0,
        request: 0,
        t: SECOND,
        traffic: "users",
        clientPod: "default/client",
        name: "web",
        resolver: "musl",
        questions: 4,
        failedQuestions: 2,
        status: "ok",
        rcode: "NOERROR",
        answeredBy: "cache",
        answerAge: 12 * SECOND,
        duration: 300,
        server: "kube-system/coredns-1",
      },
    ]);
  });

  test("knows an answer from the client's own cache, whose age adds to that in the server's", () => {
    const cached: Lookup = { ...FOUND, cached: true, questions: 0, answeredAt: 0 };
    expect(recorded({ kind: "all" }, request(0, cached))).toMatchObject([
      { answeredBy: "client-cache", answerAge: 13 * SECOND + 300, questions: 0 },
    ]);
  });

  test("has neither rcode nor age where no answer came", () => {
    expect(recorded({ kind: "all" }, request(0, FAILED))).toMatchObject([
      { status: "EAI_AGAIN", rcode: "", answeredBy: "", server: "", answerAge: Number.NaN },
    ]);
    expect(answerAge({ ...FOUND, answer: { ...ANSWER, age: undefined } }, 0)).toBe(0);
  });

  test("is ordered by time, then by number", () => {
    const rows = recorded({ kind: "all" }, request(0, FOUND, { arrivedAt: 9 }), request(1, FOUND, { arrivedAt: 3 }));
    expect(rows.map(({ t }) => t)).toEqual([3, 9]);
  });
});
