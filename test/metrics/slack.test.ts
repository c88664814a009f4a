import { describe, expect, test } from "vitest";
import { SECOND } from "../../src/engine/duration.js";
import { NO_FACT } from "../../src/engine/facts.js";
import { type EndedPod, slackReport, type UsedInterval } from "../../src/metrics/slack.js";
import { observer } from "../support/observers.js";

const END: EndedPod = {
  pod: "default/web-1",
  node: "node-1",
  deletedAt: 10 * SECOND,
  stopsAcceptingAt: 12 * SECOND,
  fact: NO_FACT,
  preStop: 2 * SECOND,
};

function used(by: string, until: number, from = 0, pod = END.pod): UsedInterval {
  return { observer: observer(by), pod, from, until };
}

const none = (): number => 0;

describe("slack", () => {
  test("is the stop minus the moment when each observer had stopped sending", () => {
    const report = slackReport([END], [used("node/a", 11 * SECOND), used("node/b", 13 * SECOND)], (pod, by) =>
      pod === END.pod && by === observer("node/b") ? 4 : 0,
    );
    expect(report.rows).toEqual([
      {
        pod: END.pod,
        node: "node-1",
        observer: observer("node/a"),
        deletedAt: 10 * SECOND,
        stopsAcceptingAt: 12 * SECOND,
        rulesAppliedAt: 11 * SECOND,
        slack: SECOND,
        failedRequests: 0,
      },
      expect.objectContaining({ observer: observer("node/b"), slack: -SECOND, failedRequests: 4 }),
    ]);
    expect(report.minSlack).toBe(-SECOND);
    // two seconds of sleep and one of exposure: three would have been enough
    expect(report.requiredPreStop).toBe(3 * SECOND);
  });

  test("asks for no sleep where none is needed", () => {
    const report = slackReport([{ ...END, preStop: SECOND }], [used("node/a", 5 * SECOND)], none);
    expect([report.minSlack, report.requiredPreStop]).toEqual([7 * SECOND, 0]);
  });

  test("takes the largest need, not that of the least slack", () => {
    const other = { ...END, pod: "default/web-2", preStop: 9 * SECOND };
    const intervals = [used("node/a", 13 * SECOND), used("node/a", 11 * SECOND, 0, "default/web-2")];
    const report = slackReport([END, other], intervals, none);
    expect([report.minSlack, report.requiredPreStop]).toEqual([-SECOND, 8 * SECOND]);
  });

  test("counts the last of several intervals in which an observer used the pod", () => {
    const intervals = [used("node/a", 11 * SECOND), used("node/a", 13 * SECOND, 12 * SECOND)];
    expect(slackReport([END], intervals, none).rows.map(({ slack }) => slack)).toEqual([-SECOND]);
  });

  test("is unknown while an observer still sends at the end of the run", () => {
    const { rows, minSlack, requiredPreStop } = slackReport([END], [used("node/a", Number.POSITIVE_INFINITY)], none);
    expect(rows).toMatchObject([{ rulesAppliedAt: Number.NaN, slack: Number.NaN }]);
    expect([minSlack, requiredPreStop]).toEqual([Number.NaN, Number.NaN]);
  });

  test("of a crash is shown, but no preStop hook would have helped", () => {
    for (const deletedAt of [Number.NaN, 14 * SECOND]) {
      const { rows, minSlack } = slackReport([{ ...END, deletedAt }], [used("node/a", 15 * SECOND)], none);
      expect(rows).toMatchObject([{ slack: -3 * SECOND }]);
      expect(minSlack).toBeNaN();
    }
  });

  test("of whoever would never have stopped asks for more than any sleep", () => {
    const forever = { ...used("client-cache/default/client", Number.POSITIVE_INFINITY), endless: true };
    const { minSlack, requiredPreStop, endless } = slackReport([END], [used("node/a", 11 * SECOND), forever], none);
    expect([minSlack, requiredPreStop]).toEqual([SECOND, Number.POSITIVE_INFINITY]);
    expect(endless).toEqual([observer("client-cache/default/client")]);
    // a pod that died could not have slept
    expect(slackReport([{ ...END, deletedAt: Number.NaN }], [forever], none).endless).toEqual([]);
  });

  test("of a connection is no margin: the server closes it; that it was there until then is told where it cost requests", () => {
    const held = used("connection/default/client", 12 * SECOND);
    const report = slackReport([END], [held, used("node/a", 11 * SECOND)], none);
    expect([report.minSlack, report.heldToTheEnd]).toEqual([SECOND, []]);
    expect(report.rows.map(({ slack }) => slack)).toEqual([0, SECOND]);
    expect(slackReport([END], [held], () => 1).heldToTheEnd).toEqual([observer("connection/default/client")]);
    const closed = used("connection/default/client", 11 * SECOND);
    expect(slackReport([END], [closed], () => 1).heldToTheEnd).toEqual([]);
  });

  test("has no rows for pods that nobody used, nor for pods that did not end", () => {
    expect(slackReport([END], [used("node/a", 1, 0, "default/other")], none).rows).toEqual([]);
    expect(slackReport([], [used("node/a", 1)], none)).toEqual({
      rows: [],
      minSlack: Number.NaN,
      requiredPreStop: Number.NaN,
      endless: [],
      heldToTheEnd: [],
    });
  });
});
