import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { Random } from "../../src/engine/random.js";
import { RequestRecorder } from "../../src/metrics/request-recorder.js";
import type { FinishedRequest } from "../../src/model/recording.js";
import type { RequestSampling } from "../../src/model/scenario.js";
import { buildBasis } from "../support/basis.js";
import { buildRequest } from "../support/requests.js";

const ROOT = 3;
const TRUTH = { contradictedAt: () => Number.NaN };

function recorder(sampling: RequestSampling = { kind: "failures" }, warmup = 0): RequestRecorder {
  return new RequestRecorder({
    entries: [
      { name: "first", target: "web" },
      { name: "second", target: "db" },
    ],
    interval: SECOND,
    warmup,
    sampling,
    samplingKey: new Random("1").key("requests", "sampling"),
    rootOf: (fact) => (fact > ROOT ? ROOT : fact),
  });
}

const STALE = { outcome: "refused", cause: "stale-rules", causeFact: 9 } as const;

function recorded(made: RequestRecorder, requests: readonly FinishedRequest[]): RequestRecorder {
  for (const each of requests) {
    made.arrived(each.traffic, each.arrivedAt);
    made.finished(each);
  }
  return made;
}

describe("a recorder", () => {
  test("puts a request into the bin of its arrival, and its end into that of its outcome", () => {
    const made = recorded(recorder(), [
      buildRequest(1, { arrivedAt: 0.9 * SECOND, finishedAt: 2.1 * SECOND, dnsFailures: 1 }),
    ]);
    expect(made.bins[0]?.map(({ counts, ended }) => [counts.requests, counts.ok, ended])).toEqual([
      [1, 1, 0],
      [0, 0, 0],
      [0, 0, 1],
    ]);
    expect(made.bins[0]?.[0]?.latencies.quantile(1)).toBe(1.2 * SECOND);
    expect(made.totals()).toMatchObject({ requests: 1, ok: 1, failed: 0, dnsQuestions: 2, dnsFailures: 1 });
  });

  test("counts the attempts beyond the first of each request in the bin of its arrival", () => {
    const made = recorded(recorder(), [
      buildRequest(1, { attempts: 3, finishedAt: 1.1 * SECOND }),
      buildRequest(2, { attempts: 2 }),
      buildRequest(3),
      buildRequest(4, { attempts: 0, outcome: "dns-timeout" }),
    ]);
    expect(made.bins[0]?.map(({ counts }) => counts.retries)).toEqual([3, 0]);
  });

  test("counts failures by outcome and cause, in the order of the model's lists", () => {
    const made = recorded(recorder(), [
      buildRequest(1, { outcome: "reset", cause: "killed-in-flight", causeFact: 1 }),
      buildRequest(2, STALE),
      buildRequest(3, STALE),
      buildRequest(4, { ...STALE, traffic: 1 }),
      buildRequest(15, STALE),
    ]);
    expect(
      made.failureRows().map(({ t, traffic, outcome, cause, count }) => [t, traffic, outcome, cause, count]),
    ).toEqual([
      [0, "first", "refused", "stale-rules", 2],
      [0, "first", "reset", "killed-in-flight", 1],
      [0, "second", "refused", "stale-rules", 1],
      [SECOND, "first", "refused", "stale-rules", 1],
    ]);
    expect(made.totals()).toMatchObject({
      requests: 5,
      ok: 0,
      failed: 5,
      outcomes: [
        { outcome: "refused", count: 4 },
        { outcome: "reset", count: 1 },
      ],
      causes: [
        { cause: "stale-rules", count: 4 },
        { cause: "killed-in-flight", count: 1 },
      ],
      latencyP50: Number.NaN,
    });
  });

  test("leaves the warm-up out of the totals, and not of the bins", () => {
    const made = recorded(recorder({ kind: "none" }, SECOND), [
      buildRequest(1, STALE),
      buildRequest(2),
      buildRequest(12, STALE),
      buildRequest(13),
    ]);
    expect(made.totals()).toMatchObject({
      requests: 2,
      ok: 1,
      failed: 1,
      causes: [{ cause: "stale-rules", count: 1 }],
    });
    expect(made.failureRows()).toHaveLength(2);
    expect(made.arrivals).toBe(4);
  });

  test("gives a failure to the event at the root of its cause", () => {
    const made = recorded(recorder(), [
      buildRequest(1, STALE),
      buildRequest(4, STALE),
      buildRequest(5, { ...STALE, causeFact: 2 }),
    ]);
    expect(made.failuresOf(ROOT, 0)).toMatchObject({ count: 2, first: 100_000, last: 400_000, unavailable: 200_000 });
    expect(made.failuresOf(2, 0)?.count).toBe(1);
    expect([made.failuresOf(2, 1), made.failuresOf(1, 0)]).toEqual([null, null]);
    expect(made.byPodAndHolder.of("default/web", "node-1")).toBe(3);
  });

  test("counts a failure for the place whose rules were acted on, wherever the client is", () => {
    const made = recorded(recorder(), [
      buildRequest(1, STALE),
      buildRequest(2, { ...STALE, basis: buildBasis({ holder: "node-2" }) }),
      buildRequest(3, { ...STALE, basis: buildBasis({ holder: "node-1" }), client: null }),
    ]);
    const counts = ["node-1", "node-2"].map((place) => made.byPodAndHolder.of("default/web", place));
    expect(counts).toEqual([2, 1]);
  });

  test.each<[RequestSampling, number]>([
    [{ kind: "none" }, 0],
    [{ kind: "failures" }, 1],
    [{ kind: "all" }, 3],
    [{ kind: "ratio", ratio: 0 }, 0],
    [{ kind: "ratio", ratio: 1 }, 3],
  ])("samples as asked: %j", (sampling, count) => {
    expect(
      recorded(recorder(sampling), [buildRequest(1), buildRequest(2, STALE), buildRequest(3)]).sampled,
    ).toHaveLength(count);
  });

  test("samples a ratio by the request's own draw", () => {
    const requests = Array.from({ length: 4000 }, (_, id) => buildRequest(id, { arrivedAt: 0 }));
    const ids = (ratio: number): number[] =>
      recorded(recorder({ kind: "ratio", ratio }), requests)
        .sampled.read(TRUTH)
        .slice()
        .map(({ id }) => id);
    const some = ids(0.25);
    expect(Math.abs(some.length / 4000 - 0.25)).toBeLessThan(0.03);
    const more = new Set(ids(0.5));
    expect(some.every((id) => more.has(id))).toBe(true);
  });

  test("keeps copies: the records of requests are used again", () => {
    const made = recorder({ kind: "all" });
    const reused = { ...buildRequest(1) };
    recorded(made, [reused]);
    reused.outcome = "reset";
    expect(made.sampled.read(TRUTH).slice()[0]?.outcome).toBe("ok");
  });
});
