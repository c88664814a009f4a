import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WatchReader } from "../../src/apiserver/reader.js";
import { ALWAYS_UP } from "../../src/apiserver/session.js";
import { compile, constant } from "../../src/engine/distribution.js";
import type { ApiSession } from "../../src/model/api-session.js";
import { CutSession } from "../support/cut-session.js";
import { Answers, DURATION, namespace, ServerHarness, WHY } from "./harness.js";

const never = Number.POSITIVE_INFINITY;

describe.each<[string, ApiSession]>([
  ["that is always up", ALWAYS_UP],
  [
    "that is cut twice",
    new CutSession([
      { from: 20, until: 30 },
      { from: 30, until: 45 },
    ]),
  ],
  [
    "that is closed",
    new CutSession([
      { from: 20, until: 21 },
      { from: 60, until: never },
    ]),
  ],
])("a session %s", (_, session) => {
  test("delivers in order, never early, and says the same both ways", () => {
    const times = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(times, times, times, (due, later, time) => {
        expect(session.arrivalOf(due)).toBeGreaterThanOrEqual(due);
        expect(session.arrivalOf(Math.max(due, later))).toBeGreaterThanOrEqual(session.arrivalOf(due));
        expect(session.arrivalOf(due) <= time).toBe(due <= session.arrivedBy(time));
      }),
      { seed: 11, numRuns: 2_000 },
    );
  });
});

describe("a process whose session is cut", () => {
  const uncut = () => watched(new CutSession());
  const cut = (from: number, until: number) => watched(new CutSession([{ from, until }]));
  const watched = (session: CutSession) => {
    const harness = new ServerHarness();
    const reader = new WatchReader(harness.process, harness.log, {
      kinds: ["Namespace"],
      delay: compile(constant(10)),
      session,
    });
    const seen: string[] = [];
    reader.on("Namespace", ({ key }) => seen.push(`${harness.simulation.now} ${key}`));
    for (const [time, name] of Object.entries({ 50: "a", 70: "b", 100: "c", 200: "d" })) {
      harness.at(Number(time), () => harness.commit(namespace(name)));
    }
    return { harness, session, reader, seen };
  };

  test("hears at its end, in order, of what was due meanwhile", () => {
    const { harness, reader, seen } = cut(75, 150);
    reader.start();
    harness.run();
    expect(seen).toEqual(["60 a", "150 b", "150 c", "210 d"]);
  });

  test("has its first list when it is up again", () => {
    const { harness, reader, seen } = cut(75, 150);
    harness.at(72, () => reader.start());
    harness.run(149);
    expect([reader.synced, seen]).toEqual([false, []]);
    harness.run();
    expect([reader.synced, seen]).toEqual([true, ["150 a", "150 b", "150 c", "210 d"]]);
  });

  test("hears nothing more when it is closed, and nothing is left waiting", () => {
    const { harness, reader, seen } = cut(75, never);
    reader.start();
    harness.run();
    expect(seen).toEqual(["60 a"]);
    expect(harness.simulation.pendingControl).toBe(0);
  });

  test("waits for what was planned before the cut was decided, in order, and for what a longer cut keeps", () => {
    const { harness, session, reader, seen } = uncut();
    reader.start();
    harness.at(74, () => session.cut({ from: 75, until: 110 }));
    harness.at(105, () => session.cut({ from: 106, until: 150 }));
    harness.run();
    expect(seen).toEqual(["60 a", "150 b", "150 c", "210 d"]);
  });

  test("waits with its first list for a cut that was decided meanwhile", () => {
    const { harness, session, reader, seen } = uncut();
    harness.at(72, () => reader.start());
    harness.at(80, () => session.cut({ from: 81, until: 150 }));
    harness.run(149);
    expect([reader.synced, seen]).toEqual([false, []]);
    harness.run();
    expect([reader.synced, seen]).toEqual([true, ["150 a", "150 b", "150 c", "210 d"]]);
  });

  test("never hears of what was on its way when the session is closed", () => {
    const { harness, session, reader, seen } = uncut();
    reader.start();
    harness.at(79, () => session.cut({ from: 80, until: never }));
    harness.run();
    expect(seen).toEqual(["60 a"]);
    expect(harness.simulation.pendingControl).toBe(0);
  });

  test("is told, when the call would have ended, that nobody answers, and nothing was written", () => {
    const harness = new ServerHarness();
    const session = new CutSession([{ from: 100, until: 200 }]);
    const client = harness.client(undefined, undefined, session);
    const answers = new Answers(harness.simulation);
    for (const time of [0, 100, 300]) {
      harness.at(time, () => client.create(namespace(`at-${time}`), WHY, answers.take, `create-${time}`));
    }
    harness.at(150, () => client.patch("Namespace", "at-0", () => null, WHY, answers.take, "patch"));
    harness.at(160, () => client.delete("Namespace", "at-0", null, WHY, null, null));
    harness.at(170, () => client.read("Namespace", "at-0", answers.take, "read"));
    harness.run();
    expect(answers.lines).toEqual([
      `${DURATION} create-0 committed`,
      `${100 + DURATION} create-100 unavailable`,
      `${150 + DURATION} patch unavailable`,
      `${170 + DURATION} read unavailable`,
      `${300 + DURATION} create-300 committed`,
    ]);
    expect(harness.log.list("Namespace").map(({ key }) => key)).toEqual(["at-0", "at-300"]);
    expect(session.asked.map(({ verb, key }) => `${verb} ${key}`)).toEqual([
      "create at-0",
      "create at-100",
      "patch at-0",
      "delete at-0",
      "get at-0",
      "create at-300",
    ]);
  });
});
