import { describe, expect, test } from "vitest";
import { CAUSES } from "../../../src/model/outcome.js";
import type { RunRecord } from "../../../src/model/result.js";
import { RESULT_FILES } from "../../../src/report/csv/result-files.js";
import { TIMELINE } from "../../../src/report/csv/timeline.js";
import { csvHeader } from "../../../src/report/csv/write-csv.js";
import { tickLabels } from "../../../src/report/plot/axis.js";
import { benchPlot, median } from "../../../src/report/plot/bench-plot.js";
import { CAUSE_COLOURS } from "../../../src/report/plot/colours.js";
import { failoverPlot } from "../../../src/report/plot/failover-plot.js";
import { bins, readPlotRows } from "../../../src/report/plot/plot-rows.js";
import { timelinePlot } from "../../../src/report/plot/timeline-plot.js";
import { reachedTargets } from "../../../src/report/reached-targets.js";
import { sampleRecord } from "../sample-record.js";

const HOSTILE = `<script>alert("1")</script>&'\u0000\u001b[31m\ud800]]>`;
const TAG = /<(\/?)([a-zA-Z]+)((?: [a-zA-Z][a-zA-Z0-9:-]*="[^"<>]*")*)(\/?)>/g;

/** Names of the elements of a well-formed document; throws when tags do not match or text holds markup. */
function elementsOf(svg: string): string[] {
  const open: string[] = [];
  const names: string[] = [];
  const text = svg.replace(TAG, (_all, closing: string, name: string, _attributes, alone: string) => {
    if (closing === "/") expect(open.pop()).toBe(name);
    else {
      names.push(name);
      if (alone === "") open.push(name);
    }
    return "";
  });
  expect(open).toEqual([]);
  expect(text).not.toMatch(/[<>]/);
  expect(svg.replace(/&(?:amp|lt|gt|quot|#39);/g, "")).not.toContain("&");
  return names;
}

function hostileRecord(): RunRecord {
  const record = sampleRecord();
  return {
    ...record,
    scenario: HOSTILE,
    timeline: record.timeline.map((row) => ({ ...row, traffic: HOSTILE, target: HOSTILE })),
    endpoints: record.endpoints.map((row) =>
      row.observer.name === "node-1" ? { ...row, observer: { kind: "node" as const, name: HOSTILE } } : row,
    ),
    failover: record.failover.map((row) => ({ ...row, event: HOSTILE, object: HOSTILE, target: HOSTILE })),
  };
}

const empty = { scenario: "empty", timeline: [], failures: [], endpoints: [], failover: [] };
const POINTS = [1, 2, 3, 4].map((seed) => ({
  event: "rollout",
  setting: "preStop 0s",
  seed: String(seed),
  value: seed * 1e6,
}));

describe("figures", () => {
  const record = sampleRecord();
  const figures = {
    timeline: timelinePlot(record),
    failover: failoverPlot(record.scenario, record.failover),
    bench: benchPlot([...POINTS, { ...POINTS[0]!, setting: HOSTILE, value: Number.NaN }], {
      title: HOSTILE,
      measure: "delay",
    }),
    hostileTimeline: timelinePlot(hostileRecord()),
    hostileFailover: failoverPlot(HOSTILE, hostileRecord().failover),
    emptyTimeline: timelinePlot(empty),
    emptyFailover: failoverPlot("empty", []),
    emptyBench: benchPlot([], { title: "empty", measure: "delay" }),
  };

  test.each(Object.entries(figures))("%s is well-formed, accessible and harmless", (_name, svg) => {
    const names = elementsOf(svg);
    expect(names[0]).toBe("svg");
    expect(names).not.toContain("script");
    expect(names.slice(1, 3)).toEqual(["title", "desc"]);
    expect(svg).toContain('role="img" aria-labelledby="figure-title figure-description"');
    for (const bad of ["NaN", "Infinity", "undefined", "\u0000", "\u001b", "\ud800"]) expect(svg).not.toContain(bad);
  });

  test.each(Object.entries(figures))(
    "%s has coordinates with at most 2 decimals and readable letters",
    (_name, svg) => {
      const numbers = [...svg.matchAll(/ (?:x|y|x1|x2|y1|y2|cx|cy|width|height|d)="([^"]*)"/g)].map(
        (match) => match[1],
      );
      expect(numbers.length).toBeGreaterThan(0);
      expect(numbers.filter((text) => /\.\d{3}|e-/.test(text ?? ""))).toEqual([]);
      for (const match of svg.matchAll(/font-size="(\d+)"/g)) expect(Number(match[1])).toBeGreaterThanOrEqual(11);
    },
  );

  test("say in words what they show", () => {
    expect(figures.timeline).toContain("17,442 requests, 97.62 % ok, 415 failed. Success was lowest at 28.0 s");
    expect(figures.timeline).toContain("Failures by cause: stale-rules 351, node-down 64.");
    expect(figures.failover).toContain("update (service/web): detected 23.0 s, pods in the API 23.2 s");
    expect(figures.bench).toContain("rollout preStop 0s: median 2.5 s over 4 of 4 seeds.");
    expect(figures.emptyTimeline).toContain("no requests were sent");
  });

  test("have a gap where no request was sent: two lines of success", () => {
    const path = /fill="none" stroke="#0072b2" stroke-width="1.5"/.exec(figures.timeline)?.index ?? 0;
    const d = /<path d="([^"]*)"$/.exec(figures.timeline.slice(0, path).trimEnd())?.[1] ?? "";
    expect(d.match(/M/g)).toHaveLength(2);
  });

  test("are the same from the record and from its files", () => {
    const file = (name: string) => ({
      name,
      text: [...(RESULT_FILES.find((each) => each.name === name)?.chunks(record) ?? [])].join(""),
    });
    const rows = readPlotRows(
      record.scenario,
      {
        timeline: file("timeline.csv"),
        failures: file("failures.csv"),
        endpoints: file("endpoints.csv"),
        failover: file("failover.csv"),
      },
      0,
    );
    expect(timelinePlot(rows)).toBe(figures.timeline);
    expect(failoverPlot(rows.scenario, rows.failover)).toBe(figures.failover);
  });

  test("stay small however many bins there are", () => {
    const [first] = record.timeline;
    const timeline = Array.from({ length: 20_000 }, (_, index) => ({ ...first!, t: index * first!.bin }));
    expect(timelinePlot({ ...empty, timeline }).length).toBeLessThan(100_000);
  });

  test("every cause has a colour of its own", () => {
    expect(new Set(CAUSES.map(({ name }) => CAUSE_COLOURS[name])).size).toBe(CAUSES.length);
  });

  test("labels of ticks share their decimals", () => {
    expect(tickLabels([0, 0.25, 0.5])).toEqual(["0.00", "0.25", "0.50"]);
    expect(tickLabels([-5, 0, 5])).toEqual(["−5", "0", "5"]);
  });

  test.each([
    [[], Number.NaN],
    [[3], 3],
    [[4, 1], 2.5],
    [[9, 1, 5], 5],
  ])("median of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});

test("targets that name one Service count its endpoints once, others each", () => {
  const row = sampleRecord().timeline[0]!;
  const targets = ["web", "web.default", "tcp://web:80", "10.96.0.1:80"].map((target) => ({ ...row, target }));
  expect(bins(targets, new Set(["default/web", "shop/api"]))[0]?.desired).toBe(2 * row.endpointsDesired);
  expect(bins(targets, new Set(["default/web", "shop/web"]))[0]?.desired).toBe(4 * row.endpointsDesired);
});

test("targets that did not feel an event are left out; an event that nobody felt keeps a line", () => {
  const row = sampleRecord().failover[0]!;
  const none = { slice: Number.NaN, rulesLast: Number.NaN, dnsLast: Number.NaN, failedRequests: 0 };
  const other = { ...row, ...none, target: "other" };
  const quiet = [
    { ...other, event: "quiet" },
    { ...other, event: "quiet", target: "third" },
  ];
  expect(reachedTargets([other, row, ...quiet])).toEqual([row, quiet[0]]);
});

test("a repetition that the files do not hold is an error", () => {
  const file = { name: "timeline.csv", text: `${csvHeader(TIMELINE).join(",")}\n` };
  const files = { timeline: file, failures: file, endpoints: file, failover: file };
  expect(() => readPlotRows("web", files, 3)).toThrow("timeline.csv holds no run 3: they count from 0");
});
