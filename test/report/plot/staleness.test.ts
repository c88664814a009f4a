import { describe, expect, test } from "vitest";
import { formatObserver } from "../../../src/model/observation.js";
import type { EndpointRow } from "../../../src/model/result.js";
import { runs } from "../../../src/report/plot/rule-lag-panel.js";
import { lagColumns, observerViews, readerOf, silentSince } from "../../../src/report/plot/staleness.js";
import { observer } from "../../support/observers.js";

const row = (t: number, by: string, endpoint: string, ready: boolean): EndpointRow => ({
  t,
  observer: observer(by),
  service: "default/web",
  endpoint,
  pod: `default/${endpoint}`,
  ready,
  serving: ready,
  terminating: !ready,
});

describe("observerViews", () => {
  const views = observerViews([
    row(0, "api", "a", true),
    row(5, "node/n10", "a", true),
    row(0, "node/n9", "a", true),
    row(100, "api", "a", false),
    row(130, "node/n9", "a", false),
    row(120, "api", "b", true),
    row(130, "node/n9", "b", true),
  ]);

  test("observers stand in order, numbers by value", () => {
    expect(views.map((view) => formatObserver(view.observer))).toEqual(["api", "node/n9", "node/n10"]);
  });

  test("a node is stale from the API's change to its own", () => {
    expect(views[1]?.stale).toEqual([
      { from: 100, until: 130, known: true },
      { from: 120, until: 130, known: false },
    ]);
    expect(views[2]?.stale).toEqual([
      { from: 0, until: 5, known: false },
      { from: 100, until: Number.POSITIVE_INFINITY, known: true },
      { from: 120, until: Number.POSITIVE_INFINITY, known: false },
    ]);
    expect(views[0]?.stale).toEqual([]);
  });

  test("a node is held only against Services that nodes observe, and counts the others as the API does", () => {
    const headless = { ...row(10, "api", "c", true), service: "default/headless" };
    const [api, node] = observerViews([row(0, "api", "a", true), row(0, "node/n1", "a", true), headless]);
    expect(node?.stale).toEqual([]);
    expect(node?.counts).toEqual(api?.counts);
  });

  test("a node that stays behind for 10 s until the end is silent since its first unheard change", () => {
    const [, nine, ten] = views;
    expect(silentSince(nine!, 60_000_000)).toBe(Number.POSITIVE_INFINITY);
    expect(silentSince(ten!, 10_000_100)).toBe(Number.POSITIVE_INFINITY);
    expect(silentSince(ten!, 10_000_101)).toBe(100);
  });

  test("counts follow the changes", () => {
    const read = readerOf(views[0]?.counts ?? []);
    expect([-1, 0, 99, 100, 119, 120, 500].map(read)).toEqual([0, 1, 1, 0, 0, 1, 1]);
  });

  test("columns hold the largest age of a disagreement, equal neighbours merge", () => {
    const stale = [
      { from: 100, until: 130, known: true },
      { from: 125, until: Number.POSITIVE_INFINITY, known: false },
    ];
    expect(lagColumns(stale, 20, 8)).toEqual([0, 0, 0, 0, 0, 20, 30, 35]);
    expect(runs([0, 1, 2, 700_000, 700_001, 0, 3])).toEqual([
      { from: 1, to: 3, colour: "#fee8c8" },
      { from: 3, to: 5, colour: "#fdc38d" },
      { from: 6, to: 7, colour: "#fee8c8" },
    ]);
  });
});
