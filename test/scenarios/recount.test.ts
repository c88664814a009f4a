/**
 * An independent recount of every loss of a rolling update, from requests.csv, terminations.csv and endpoints.csv alone:
 * with new connections, an attempt fails if and only if its SYN reached a pod between its stop and the sync of that node.
 */
import { beforeAll, describe, expect, test } from "vitest";
import type { RunRecord } from "../../src/model/result.js";
import { csvText, open, run, shippedText } from "../support/open.js";
import { parseTable, type Row, scaled } from "./csv-table.js";

const micros = (text: string | undefined): number => scaled(text ?? "", 6) ?? Number.NaN;
const fromMillis = (text: string | undefined): number => scaled(text ?? "", 3) ?? Number.NaN;

/** One way, in microseconds. */
interface Delays {
  readonly sameNode: number;
  readonly sameZone: number;
  readonly crossZone: number;
}

/** The defaults of cluster.latency. */
const DEFAULTS: Delays = { sameNode: 20, sameZone: 50, crossZone: 500 };
/** So slow that many a SYN is on its way when its pod stops. */
const SLOW: Delays = { sameNode: 20_000, sameZone: 40_000, crossZone: 90_000 };

/** When the SYN of an attempt left, and when it reached the endpoint. */
const sentAt = (row: Row): number => micros(row.t_s) + fromMillis(row.dns_ms);
function arrivedAt(row: Row, delays = DEFAULTS): number {
  if (row.client_node === row.endpoint_node) return sentAt(row) + delays.sameNode;
  return sentAt(row) + (row.client_zone === row.endpoint_zone ? delays.sameZone : delays.crossZone);
}

interface Belief {
  readonly t: number;
  readonly pod: string;
  readonly usable: boolean;
}

describe.each([
  ["rolling-update", "by default", DEFAULTS],
  ["rolling-update", "over a slow network", SLOW],
  ["failed-readiness", "by default", DEFAULTS],
  ["scale-down", "by default", DEFAULTS],
])("%s %s: the recount", (name, _, delays) => {
  let record: RunRecord;
  let requests: Row[];
  let terminations: Row[];
  let endpoints: Row[];

  beforeAll(() => {
    record = run(
      open(shippedText(name), {
        set: [
          "sampling.requests=all",
          "duration=32s",
          ...Object.entries(delays).map(([hop, delay]) => `cluster.latency.${hop}=${delay}us`),
        ],
      }),
    );
    requests = parseTable(csvText(record, "requests.csv"));
    terminations = parseTable(csvText(record, "terminations.csv"));
    endpoints = parseTable(csvText(record, "endpoints.csv"));
  });

  test("every attempt has a row", () => {
    expect(requests.length).toBe(record.totals.requests);
    expect(requests.length).toBeGreaterThan(1000);
    expect(requests.every((row) => row.outcome !== "" && row.attempt === "1")).toBe(true);
  });

  test("an attempt fails if and only if its SYN reached a pod between its stop and that node's sync", () => {
    const windows = new Map(terminations.map((row) => [`${row.pod} ${row.observer}`, row]));
    expect(windows.size).toBe(terminations.length);
    const mustFail = requests.filter((row) => {
      const window = windows.get(`${row.endpoint_pod} node/${row.client_node}`);
      if (window === undefined) return false;
      return arrivedAt(row, delays) > micros(window.stops_accepting_s) && sentAt(row) < micros(window.rules_applied_s);
    });
    const failed = requests.filter((row) => row.outcome !== "ok");
    const ids = (rows: readonly Row[]): string[] => rows.map((row) => `${row.traffic} ${row.request_id}`);
    expect(ids(mustFail)).toEqual(ids(failed));
    expect(failed.length > 0).toBe(name !== "failed-readiness");
  });

  test("no attempt went to a pod from which its node's rules had been taken", () => {
    const late = requests.filter((row) => {
      const window = terminations.find(
        ({ pod, observer }) => pod === row.endpoint_pod && observer === `node/${row.client_node}`,
      );
      return window !== undefined && sentAt(row) >= micros(window.rules_applied_s);
    });
    expect(late).toEqual([]);
  });

  test("every attempt went to a pod that its node held to be usable, by endpoints.csv", () => {
    const beliefs = new Map<string, Belief[]>();
    for (const row of endpoints) {
      const list = beliefs.get(`${row.observer} ${row.pod}`) ?? [];
      list.push({ t: micros(row.t_s), pod: row.pod ?? "", usable: row.ready === "true" });
      beliefs.set(`${row.observer} ${row.pod}`, list);
    }
    const unfounded = requests.filter((row) => {
      const list = beliefs.get(`node/${row.client_node} ${row.endpoint_pod}`) ?? [];
      return list.findLast(({ t }) => t <= sentAt(row))?.usable !== true;
    });
    expect(unfounded).toEqual([]);
  });

  test("terminations.csv sums up to the failures, and slack is what its columns say", () => {
    const sum = terminations.reduce((total, row) => total + Number(row.failed_requests), 0);
    expect(sum).toBe(requests.filter((row) => row.outcome !== "ok").length);
    for (const row of terminations) {
      expect(micros(row.slack_s)).toBe(micros(row.stops_accepting_s) - micros(row.rules_applied_s));
      const inWindow = requests.filter(
        (each) => each.outcome !== "ok" && each.endpoint_pod === row.pod && `node/${each.client_node}` === row.observer,
      );
      expect(inWindow.length).toBe(Number(row.failed_requests));
    }
  });

  test("failures.csv and timeline.csv count the same losses", () => {
    const failed = requests.filter((row) => row.outcome !== "ok").length;
    const failures = parseTable(csvText(record, "failures.csv"));
    const timeline = parseTable(csvText(record, "timeline.csv"));
    expect(failures.reduce((total, row) => total + Number(row.count), 0)).toBe(failed);
    expect(timeline.reduce((total, row) => total + Number(row.failed), 0)).toBe(failed);
    expect(timeline.reduce((total, row) => total + Number(row.requests), 0)).toBe(requests.length);
    expect(timeline.reduce((total, row) => total + Number(row.ok), 0)).toBe(requests.length - failed);
  });
});

describe("explanations of rolling-update", () => {
  let requests: Row[];
  let events: Map<string, Row>;

  beforeAll(() => {
    const record = run(open(shippedText("rolling-update"), { set: ["duration=32s"] }));
    requests = parseTable(csvText(record, "requests.csv"));
    events = new Map(parseTable(csvText(record, "events.csv")).map((row) => [row.fact ?? "", row]));
  });

  /** The chain of causes from a fact to its root. */
  function chainOf(fact: string | undefined): Row[] {
    const chain: Row[] = [];
    for (let next = fact ?? ""; next !== ""; next = chain.at(-1)?.cause ?? "") {
      const row = events.get(next);
      if (row === undefined) throw new Error(`events.csv has no fact ${next}`);
      chain.push(row);
    }
    return chain;
  }

  test("each failure's cause leads back over stop, SIGTERM and deletion to the rollout", () => {
    expect(requests.length).toBeGreaterThan(50);
    for (const row of requests) {
      const chain = chainOf(row.cause_fact);
      const kinds = chain.map(({ kind }) => kind);
      const subject = `Pod/${row.endpoint_pod}`;
      expect(chain[0]).toMatchObject({ kind: "process-stops-accepting", object: subject });
      expect(kinds.indexOf("sigterm-sent")).toBeGreaterThan(0);
      expect(kinds.indexOf("deletion-requested")).toBeGreaterThan(kinds.indexOf("sigterm-sent"));
      expect(chain.find(({ kind }) => kind === "deletion-requested")?.object).toBe(subject);
      expect(chain.at(-1)).toMatchObject({ kind: "churn", object: "rollout-web", t_s: "10.000000" });
      const times = chain.map(({ t_s }) => micros(t_s));
      expect(times).toEqual([...times].sort((x, y) => y - x));
      expect(micros(row.t_s)).toBeGreaterThanOrEqual(10_000_000);
    }
  });

  test("the rule acted on was programmed before, and superseded by the deletion of its pod", () => {
    for (const row of requests) {
      const deletion = chainOf(row.cause_fact).find(({ kind }) => kind === "deletion-requested");
      expect(micros(row.rules_synced_s)).toBeLessThanOrEqual(sentAt(row));
      expect(micros(row.superseded_at_s)).toBeLessThanOrEqual(arrivedAt(row));
      expect(row.superseded_at_s).toBe(deletion?.t_s);
      expect(row.cause).toBe("stale-rules");
      const basis = events.get(row.basis_fact ?? "");
      expect(basis?.object).toMatch(/^EndpointSlice\/default\/web-/);
      expect(micros(basis?.t_s)).toBeLessThanOrEqual(micros(row.rules_synced_s));
      expect(micros(basis?.t_s)).toBeLessThan(micros(row.superseded_at_s));
    }
  });
});
