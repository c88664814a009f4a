import { expect, test } from "vitest";
import { RequestRows } from "../../src/metrics/request-row.js";
import type { FinishedRequest } from "../../src/model/recording.js";
import type { RequestRow } from "../../src/model/result.js";
import { buildBasis } from "../support/basis.js";
import { buildRequest } from "../support/requests.js";

const ENTRY = { name: "users", target: "web" };
const BASIS = buildBasis({ fact: 5, syncedAt: -10, committedAt: 40 });
/** The API contradicts each pod 7 after whatever was asked about. */
const TRUTH = { contradictedAt: (pod: string, since: number): number => (pod === "default/web" ? since + 7 : 0) };

function rowsOf(...requests: readonly FinishedRequest[]): readonly RequestRow[] {
  const rows = new RequestRows();
  for (const request of requests) rows.add(request, ENTRY);
  return [...rows.read(TRUTH)];
}

test("rows stand in the order of arrival, then of traffic entries, then of numbers", () => {
  const rows = rowsOf(
    buildRequest(3, { arrivedAt: 20 }),
    buildRequest(2, { arrivedAt: 10, traffic: 1 }),
    buildRequest(9, { arrivedAt: 10 }),
    buildRequest(8, { arrivedAt: 10 }),
  );
  expect(rows.map(({ t, id }) => `${t} ${id}`)).toEqual(["10 8", "10 9", "10 2", "20 3"]);
});

test("a failure says since when the API contradicted what was acted on, as it is known at the end of the run", () => {
  const failed = { basis: BASIS, outcome: "refused", cause: "stale-rules" } as const;
  const [first, second, third, fourth] = rowsOf(
    buildRequest(1, failed),
    buildRequest(2, { basis: BASIS }),
    buildRequest(3, { ...failed, basis: null }),
    buildRequest(4, { ...failed, believedPod: "default/other" }),
  );
  expect([first, second, third, fourth].map((row) => row?.supersededAt)).toEqual([47, Number.NaN, Number.NaN, 0]);
  expect([first?.basisFact, third?.basisFact, first?.rulesSyncedAt]).toEqual([5, -1, 0]);
});

test("the attempt is the last one, or the first where there was none", () => {
  const rows = rowsOf(buildRequest(1), buildRequest(2, { attempts: 4 }), buildRequest(3, { attempts: 0 }));
  expect(rows.map(({ attempt }) => attempt)).toEqual([1, 4, 1]);
});

test("the time to connect is a round trip, or how long the client tried", () => {
  const connect = (change: Partial<FinishedRequest>): number | undefined =>
    rowsOf(buildRequest(1, { oneWay: 50, connectAt: 100_100, finishedAt: 101_000, ...change }))[0]?.connect;
  expect(connect({})).toBe(100);
  expect(connect({ outcome: "request-timeout" })).toBe(100);
  expect(connect({ outcome: "reset", cause: "killed-in-flight" })).toBe(100);
  expect(connect({ outcome: "reset", cause: "client-crashed" })).toBe(900);
  expect(connect({ outcome: "refused" })).toBe(900);
  expect(connect({ outcome: "dns-timeout", connectAt: Number.POSITIVE_INFINITY })).toBe(0);
});
