/** Simulated timelines beside those recorded of real components: what agrees, what does not, and that the page says so. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { compareInside, compareMedians, compareOrders, near, type Repetition } from "./compare.js";
import { DIFFERENT } from "./different.js";
import { readRecording, simulatedFacts } from "./facts.js";
import { compareAll, settledCells, simulatedFigure, tableOn } from "./page.js";
import type { Table } from "./table.js";

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8");

describe("all recordings", () => {
  let table: Table;
  beforeAll(() => {
    table = compareAll((name) => read(`recordings/${name}`));
  }, 600_000);

  test("differ from the simulation in what is listed, and in nothing else", () => {
    expect(table.different).toEqual(DIFFERENT);
  });

  // other draws move the simulated figures a little; then the page may stay until the next npm run compare:real
  test("stand in docs/fidelity.md: figures and verdicts as they are, simulated ones nearly so (npm run compare:real)", () => {
    const page = tableOn(read("../../docs/fidelity.md"));
    expect(settledCells(page)).toEqual(settledCells(table.lines));
    const moved = table.lines.filter((line, index) => {
      const [here, there] = [line, page[index] ?? ""].map(simulatedFigure) as [number, number];
      return !Number.isNaN(here) && !near(here, there);
    });
    expect(moved.filter((line) => !line.includes("in range"))).toEqual([]);
  });

  test("have values in every row", () => {
    expect(table.lines.filter((line) => / 0 \| | – \|/.test(line))).toEqual([]);
  });
});

describe("rules", () => {
  test.each([
    [1, 1.1, true],
    [1, 1.101, false],
    [0.01, 0.03, true],
    [0.01, 0.031, false],
    [0.5, 0.45, true],
  ])("%d s recorded and %d s simulated are near: %s", (recorded, simulated, expected) => {
    expect(near(recorded, simulated)).toBe(expected);
  });

  test("a median that no single run of that length reaches differs", () => {
    expect(compareMedians([1, 2, 3], [[2], [2.1]]).verdict).toBe("equal");
    expect(compareMedians([1, 2, 3], [[0], [3]]).verdict).toBe("in range");
    expect(compareMedians([1, 2, 3], [[4], [5]]).verdict).toBe("differs");
    expect(compareMedians([], [[4]]).verdict).toBe("differs");
  });

  test("one value outside the 1–99 % differs", () => {
    const simulated = [Array.from({ length: 101 }, (_, index) => index)];
    expect(compareInside([1, 50, 99], simulated).verdict).toBe("in range");
    expect(compareInside([1, 50, 99.1], simulated).verdict).toBe("differs");
  });

  const repetition = (...events: readonly string[]): Repetition =>
    events.map((event, t) => ({ t, event, app: "web", object: "", detail: "" }));
  const AB = repetition("a", "b");
  const BA = repetition("b", "a");

  test("an order that all repetitions have must be simulated often enough to be likely", () => {
    const six = [AB, AB, AB, AB, AB, AB];
    expect(compareOrders(six, [AB, BA], ["a", "b"]).verdict).toBe("equal");
    expect(compareOrders(six, [AB, BA, BA], ["a", "b"]).contradicted).toEqual(["a 1 < b 1"]);
  });

  test("where repetitions differ, both orders are simulated", () => {
    const both = [AB, AB, BA, BA, repetition("a", "b", "c")];
    expect(compareOrders(both, [AB, BA], ["a", "b"])).toMatchObject({ open: 1, oneSided: [] });
    expect(compareOrders(both, [AB, AB], ["a", "b"])).toMatchObject({ open: 1, oneSided: ["a 1, b 1"] });
  });
});

describe("vocabulary", () => {
  test("a recorded write of a slice tells of its pods", () => {
    const facts = readRecording("t_s,event,app,object,detail\n1.5,slice-written,web,,web-1:ready web-2:removed\n");
    expect(facts.map(({ event, object }) => `${event} ${object}`)).toEqual([
      "slice-written ",
      "slice ready web-1",
      "slice removed web-2",
    ]);
  });

  test("so does a simulated one", () => {
    const row = { fact: 1, cause: -1, component: "", object: "Pod/default/web-x-1" };
    const slice = { ...row, kind: "endpoints-changed", object: "EndpointSlice/default/web-1" };
    const facts = simulatedFacts(
      [
        { ...row, t: 0, kind: "address-assigned", detail: "10.244.0.2" },
        { ...slice, t: 1e6, detail: "10.244.0.2 ready→terminating, not serving, -10.244.1.3, +10.244.2.4 (not ready)" },
      ],
      ["web"],
    );
    expect(facts.map(({ event, object }) => `${event} ${object}`)).toEqual([
      "slice-written ",
      "slice terminating-unserving web-x-1",
      "slice removed 10.244.1.3",
      "slice not-ready 10.244.2.4",
    ]);
  });
});
